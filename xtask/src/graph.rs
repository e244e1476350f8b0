//! Circles among arrows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Returns the pairs that depend on each other, and of the arrows that lead one way the shortest circle through each. A
/// circle is listed once, from its least name on.
///
/// Longer circles through a pair are left out, because they may end with it. There is no circle if the list is empty.
pub(crate) fn circles<'a>(arrows: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeSet<Vec<&'a str>> {
    let arrows: BTreeSet<_> = arrows.into_iter().collect();
    let (mutual, one_way): (BTreeSet<_>, BTreeSet<_>) =
        arrows.iter().copied().partition(|&(from, to)| arrows.contains(&(to, from)));
    let pairs = mutual.into_iter().filter(|(from, to)| from < to).map(|(from, to)| vec![from, to]);

    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in &one_way {
        next.entry(from).or_default().push(to);
    }
    let longer = one_way.iter().filter_map(|(from, to)| {
        let mut circle = shortest(&next, to, from)?;
        let least = circle.iter().enumerate().min_by_key(|(_, name)| **name)?.0;
        circle.rotate_left(least);
        Some(circle)
    });
    pairs.chain(longer).collect()
}

/// Returns a shortest way with both of its ends.
fn shortest<'a>(next: &BTreeMap<&'a str, Vec<&'a str>>, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
    let mut ways = VecDeque::from([vec![from]]);
    let mut seen = BTreeSet::from([from]);
    while let Some(way) = ways.pop_front() {
        let last = *way.last()?;
        if last == to {
            return Some(way);
        }
        for step in next.get(last).into_iter().flatten().copied().filter(|step| seen.insert(step)) {
            ways.push_back(way.iter().copied().chain([step]).collect());
        }
    }
    None
}

/// Writes a circle as a person reads it.
pub(crate) fn shown(circle: &[&str]) -> String {
    match circle {
        [one, other] => format!("{one} <-> {other}"),
        _ => circle.iter().chain(circle.first()).copied().collect::<Vec<_>>().join(" -> "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_circle_is_listed_once() {
        let arrows = [
            ("a", "b"),
            ("b", "a"),
            ("b", "c"),
            ("c", "d"),
            ("d", "b"),
            ("d", "e"),
            ("e", "f"),
            ("e", "d"),
            ("d", "f"),
            ("f", "d"),
        ];
        let shown: Vec<_> = circles(arrows).iter().map(|circle| shown(circle)).collect();
        assert_eq!(shown, ["a <-> b", "b -> c -> d -> b", "d <-> e", "d <-> f"]);
    }

    #[test]
    fn circles_through_a_pair_are_listed_when_the_pair_is_gone() {
        let arrows = [("a", "b"), ("b", "c"), ("c", "a")];
        assert_eq!(circles(arrows.into_iter().chain([("b", "a")])).len(), 1);
        assert_eq!(circles(arrows), BTreeSet::from([vec!["a", "b", "c"]]));
    }

    #[test]
    fn what_only_leads_down_has_no_circles() {
        assert!(circles([("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")]).is_empty());
    }
}

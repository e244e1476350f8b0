//! Paths that cannot be matched before the version is known.
//!
//! One router holds all paths of an API, and most requests are dispatched by it alone. It would be wrong where versions
//! differ in which path matches a request: a static path of some versions hides a parameter that other versions have in
//! its place, and paths that differ in the name of a parameter do not fit in one router at all. Such paths form a group
//! with everything below their common prefix, and are matched version by version.

use std::cmp::Ordering;

/// A path and the versions it has endpoints in.
pub(crate) struct Presence {
    pub(crate) path: &'static str,
    /// By position.
    pub(crate) at: Vec<bool>,
}

/// Paths that are matched version by version.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// What all of them begin with: whole segments, without parameters.
    pub(crate) prefix: &'static str,
    /// Indices of the paths.
    pub(crate) members: Vec<usize>,
}

/// The groups of these paths; most APIs have none.
///
/// # Panics
/// If such paths have no static segment in common. `endpoints!` rules that out for two paths, but not for a path whose
/// first segment is a parameter and that reaches below the prefix of others.
pub(crate) fn groups(paths: &[Presence]) -> Vec<Group> {
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for (i, a) in paths.iter().enumerate() {
        for (j, b) in paths.iter().enumerate().skip(i + 1) {
            if depends_on_version(a, b) {
                sets.push(vec![i, j]);
            }
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    while let Some(mut members) = sets.pop() {
        // Until nothing outside is matched by what the prefix takes.
        loop {
            let prefix = common_prefix(paths, &members);
            let before = members.len();
            for (i, path) in paths.iter().enumerate() {
                if !members.contains(&i) && is_taken(path.path, prefix) {
                    members.push(i);
                }
            }
            let (merged, apart) = groups
                .drain(..)
                .partition(|group| group.members.iter().any(|member| members.contains(member)));
            groups = apart;
            for member in merged.into_iter().flat_map(|group: Group| group.members) {
                if !members.contains(&member) {
                    members.push(member);
                }
            }
            if members.len() == before {
                members.sort_unstable();
                sets.retain(|set| !set.iter().all(|member| members.contains(member)));
                groups.push(Group { prefix, members });
                break;
            }
        }
    }
    groups.sort_by_key(|group| group.prefix);
    groups
}

/// Whether which of two paths matches a request can differ between versions.
fn depends_on_version(a: &Presence, b: &Presence) -> bool {
    if conflict(a.path, b.path) {
        return true;
    }
    if !overlap(a.path, b.path) {
        return false;
    }
    let (preferred, other) = match preference(a.path, b.path) {
        Ordering::Less => (b, a),
        _ => (a, b),
    };
    other.at.iter().zip(&preferred.at).any(|(other, preferred)| *other && !preferred)
}

/// Whether one router cannot hold both.
fn conflict(a: &str, b: &str) -> bool {
    let mut router = matchit::Router::new();
    router.insert(a, ()).is_ok() && router.insert(b, ()).is_err()
}

#[derive(PartialEq)]
enum Segment<'a> {
    Static(&'a str),
    /// What stands before the parameter.
    Parameter(&'a str),
    Wildcard,
}

fn segments(path: &str) -> impl Iterator<Item = Segment<'_>> {
    path.split('/').skip(1).map(|segment| match parameter(segment) {
        Some(open) if segment[open..].starts_with("{*") => Segment::Wildcard,
        Some(open) => Segment::Parameter(&segment[..open]),
        None => Segment::Static(segment),
    })
}

/// Where the parameter of a segment begins; doubled braces stand for themselves.
fn parameter(segment: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let open = from + segment[from..].find('{')?;
        if !segment[open + 1..].starts_with('{') {
            return Some(open);
        }
        from = open + 2;
    }
}

/// Whether some request matches both.
fn overlap(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (segments(a), segments(b));
    loop {
        let both = match (a.next(), b.next()) {
            (Some(_), None) | (None, Some(_)) => return false,
            (None, None) | (Some(Segment::Wildcard), Some(_)) | (Some(_), Some(Segment::Wildcard)) => {
                return true;
            }
            (Some(Segment::Static(a)), Some(Segment::Static(b))) => a == b,
            (Some(Segment::Static(text)), Some(Segment::Parameter(before)))
            | (Some(Segment::Parameter(before)), Some(Segment::Static(text))) => {
                text.len() > before.len() && text.starts_with(before)
            }
            (Some(Segment::Parameter(a)), Some(Segment::Parameter(b))) => {
                a.starts_with(b) || b.starts_with(a)
            }
        };
        if !both {
            return false;
        }
    }
}

/// Which of two overlapping paths a router tries first: the one that is more literal where they first differ.
fn preference(a: &str, b: &str) -> Ordering {
    let rank = |segment: &Segment<'_>| match segment {
        Segment::Static(_) => usize::MAX,
        Segment::Parameter(before) => 1 + before.len(),
        Segment::Wildcard => 0,
    };
    let differing = segments(a).zip(segments(b)).find(|(a, b)| rank(a) != rank(b));
    differing.map_or(Ordering::Equal, |(a, b)| rank(&a).cmp(&rank(&b)))
}

/// Whether a claim of everything below `prefix` takes requests of `path`.
fn is_taken(path: &str, prefix: &str) -> bool {
    let mut path = segments(path);
    for claimed in segments(prefix) {
        let Segment::Static(claimed) = claimed else { return false };
        match path.next() {
            Some(Segment::Static(text)) if text == claimed => {}
            Some(Segment::Parameter(before))
                if claimed.len() > before.len() && claimed.starts_with(before) => {}
            Some(Segment::Wildcard) => return true,
            _ => return false,
        }
    }
    true
}

fn paths_of(paths: &[Presence], members: &[usize]) -> Vec<&'static str> {
    members.iter().map(|member| paths[*member].path).collect()
}

fn common_prefix(paths: &[Presence], all: &[usize]) -> &'static str {
    let mut members = paths_of(paths, all).into_iter();
    let first = members.next().unwrap_or_default();
    let mut length = static_prefix(first);
    for path in members {
        while !below(path, &first[..length]) {
            length = first[..length].rfind('/').unwrap_or(0);
        }
    }
    assert!(
        length > 0,
        "which of these paths match a request differs between versions, so they must begin with the same static \
         segment: {}",
        paths_of(paths, all).join(", ")
    );
    &first[..length]
}

fn below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The length of the leading static segments; the last of a path that is all static is not among them.
fn static_prefix(path: &str) -> usize {
    let dynamic = path.find('{').unwrap_or(path.len());
    path[..dynamic].rfind('/').unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presence(path: &'static str, at: &str) -> Presence {
        Presence { path, at: at.chars().map(|c| c == 'x').collect() }
    }

    fn prefixes(paths: &[(&'static str, &str)]) -> Vec<(&'static str, Vec<usize>)> {
        let paths: Vec<Presence> = paths.iter().map(|(path, at)| presence(path, at)).collect();
        groups(&paths).into_iter().map(|group| (group.prefix, group.members)).collect()
    }

    #[test]
    fn paths_that_every_version_matches_alike_need_no_group() {
        assert_eq!(prefixes(&[("/a", "xx"), ("/a/{x}", "xx"), ("/a/b", "xx"), ("/a/{x}/c", "-x")]), []);
        // The static one is there wherever the parameter is.
        assert_eq!(prefixes(&[("/a/b", "xx"), ("/a/{x}", "-x")]), []);
        assert_eq!(prefixes(&[("/a/b", "-x"), ("/a/{x}", "-x")]), []);
    }

    #[test]
    fn a_static_path_that_some_versions_lack_forms_a_group() {
        let paths = [("/a/b", "-x"), ("/a/{x}", "xx"), ("/a", "xx"), ("/ab", "xx"), ("/a/{x}/c", "xx")];
        assert_eq!(prefixes(&paths), [("/a", vec![0, 1, 2, 4])]);
    }

    #[test]
    fn a_parameter_is_found_behind_doubled_braces() {
        let paths = [("/a/{{b", "-x"), ("/a/{{{x}", "xx"), ("/a/c", "xx")];
        assert_eq!(prefixes(&paths), [("/a", vec![0, 1, 2])]);
    }

    #[test]
    fn paths_that_one_router_cannot_hold_form_a_group() {
        assert_eq!(
            prefixes(&[("/p/a/{x}", "x-"), ("/p/a/{y}", "-x"), ("/p/b", "xx")]),
            [("/p/a", vec![0, 1])]
        );
        assert_eq!(prefixes(&[("/a/{x}", "x-"), ("/a/{*rest}", "-x")]), [("/a", vec![0, 1])]);
    }

    #[test]
    #[should_panic(expected = "the same static segment: /users/{id}, /users/me, /{tenant}/settings")]
    fn a_parameter_in_front_of_a_group_is_told_which_paths_it_meets() {
        prefixes(&[("/users/{id}", "xx"), ("/users/me", "-x"), ("/{tenant}/settings", "xx")]);
    }

    #[test]
    fn a_group_grows_until_its_prefix_takes_nothing_from_others() {
        let paths = [("/p/a/{x}", "x-"), ("/p/a/{y}", "-x"), ("/p/{q}/z", "xx"), ("/q", "xx")];
        assert_eq!(prefixes(&paths), [("/p", vec![0, 1, 2])]);
        // Two groups that meet become one.
        let paths = [
            ("/a/b/{x}", "x-"),
            ("/a/b/{y}", "-x"),
            ("/a/c/{x}", "x-"),
            ("/a/c/{y}", "-x"),
            ("/a/{z}/d", "xx"),
        ];
        assert_eq!(prefixes(&paths), [("/a", vec![0, 1, 2, 3, 4])]);
    }
}

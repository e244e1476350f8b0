//! Paths that cannot be matched before the version is known.
//!
//! One router holds all paths of an API, and most requests are dispatched by it alone. It would be wrong where versions
//! differ in which path matches a request: a static path of some versions hides a parameter that other versions have in
//! its place, and paths that differ in the name of a parameter do not fit in one router at all. Such paths form a group
//! with everything below their common prefix, and are matched version by version.

use crate::endpoint::Path;

/// A path and the versions it has endpoints in.
pub(crate) struct Presence {
    pub(crate) path: Path,
    /// By position.
    pub(crate) at: Vec<bool>,
    /// Whether all its endpoints look at no version. Such a path does not stand in for one that a version lacks.
    pub(crate) is_neutral: bool,
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
                // A path that begins with a parameter stays outside: nothing under the prefix is its own.
                let joins = is_taken(path.path.text, prefix) && shared(path.path.text, prefix) > 0;
                if joins && !members.contains(&i) {
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
    let hides = |preferred: &Presence, other: &Presence| !other.is_neutral && hides(preferred, other);
    a.path.clashes(&b.path) || a.path.overlaps(&b.path) && (hides(a, b) || hides(b, a))
}

/// Whether a router that holds both paths gives requests to the one in versions that have only the other.
fn hides(preferred: &Presence, other: &Presence) -> bool {
    preferred.path.beats(&other.path)
        && other.at.iter().zip(&preferred.at).any(|(other, preferred)| *other && !preferred)
}

/// Of each path, whether the router of a version that lacks it must lack it too. Any other path may stay in all routers,
/// so that versions which differ in such paths alone share one.
pub(crate) fn in_the_way(paths: &[Presence]) -> Vec<bool> {
    let is_in_the_way = |path: &Presence| {
        paths.iter().any(|other| {
            path.path.clashes(&other.path) || path.path.overlaps(&other.path) && hides(path, other)
        })
    };
    paths.iter().map(is_in_the_way).collect()
}

/// Whether a claim of everything below `prefix` takes requests of `path`.
fn is_taken(path: &str, prefix: &str) -> bool {
    let mut path = path.split('/').skip(1);
    for claimed in prefix.split('/').skip(1) {
        let Some(segment) = path.next() else { return false };
        match segment.split_once('{') {
            None if segment != claimed => return false,
            Some((before, _)) if !claimed.starts_with(before) => return false,
            Some((_, parameter)) if parameter.starts_with('*') => return true,
            _ => {}
        }
    }
    true
}

fn paths_of(paths: &[Presence], members: &[usize]) -> Vec<&'static str> {
    members.iter().map(|member| paths[*member].path.text).collect()
}

fn common_prefix(paths: &[Presence], all: &[usize]) -> &'static str {
    let mut members = paths_of(paths, all).into_iter();
    let first = members.next().unwrap_or_default();
    let length = members.fold(static_prefix(first), |length, path| shared(path, &first[..length]));
    assert!(
        length > 0,
        "which of these paths match a request differs between versions, so they must begin with the same static \
         segment: {}",
        paths_of(paths, all).join(", ")
    );
    &first[..length]
}

/// The length of the leading segments of `prefix` that `path` has too.
fn shared(path: &str, prefix: &str) -> usize {
    let mut length = prefix.len();
    while !path.strip_prefix(&prefix[..length]).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        length = prefix[..length].rfind('/').unwrap_or(0);
    }
    length
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
        let is_neutral = at.starts_with('n');
        Presence { path: Path::new(path), at: at.chars().map(|c| c != '-').collect(), is_neutral }
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
    fn only_a_path_that_another_is_hidden_by_must_leave_a_router() {
        let of = |paths: &[(&'static str, &str)]| {
            in_the_way(&paths.iter().map(|(path, at)| presence(path, at)).collect::<Vec<_>>())
        };
        let paths = [("/a/b", "-x"), ("/a/{x}", "xx"), ("/a/{x}/c", "-x"), ("/a/d/e", "x-")];
        assert_eq!(of(&paths), [true, false, false, false]);
        // In its group a neutral path answers for what a version lacks.
        assert_eq!(of(&[("/a/{x}/c", "-x"), ("/{*rest}", "nn")]), [true, false]);
        assert_eq!(of(&[("/a/{x}", "x-"), ("/a/{y}", "-x")]), [true, true]);
    }

    #[test]
    fn a_neutral_path_does_not_stand_in_for_what_a_version_lacks() {
        assert_eq!(prefixes(&[("/a/b", "-x"), ("/{*rest}", "nn"), ("/a/{x}", "nn")]), []);
        let paths = [("/a/{x}", "x-"), ("/a/{y}", "-x"), ("/{tenant}/z", "nn")];
        assert_eq!(prefixes(&paths), [("/a", vec![0, 1])]);
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
    fn a_path_that_begins_with_a_parameter_stays_outside() {
        let paths = [("/users/{id}", "xx"), ("/users/me", "-x"), ("/{tenant}/settings", "xx")];
        assert_eq!(prefixes(&paths), [("/users", vec![0, 1])]);
    }

    #[test]
    #[should_panic(expected = "the same static segment: /{x}/me, /{x}/{id}")]
    fn paths_without_a_common_prefix_are_named() {
        prefixes(&[("/{x}/me", "-x"), ("/{x}/{id}", "xx")]);
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

//! Compared with `matchit`, the router inside axum.

use matchit::{InsertError, Router};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use steadfast_core::path::Path;

fn path(text: &str) -> Path {
    // A path is a constant of the program.
    Path::new(String::leak(text.to_owned()))
}

/// A segment; a digit stands for the name of a parameter that no other segment has.
fn segment() -> impl Strategy<Value = &'static str> {
    select(vec!["a", "b", "ab", "{{a", "}}", "{x0}", "{y0}", "a{x0}", "ab{y0}", "{{{x0}", ""])
}

fn last() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => segment(), 1 => select(vec!["{*r}", "{*s}", "a{*r}", "ab{*s}"])]
}

fn any_path() -> impl Strategy<Value = String> {
    (vec(segment(), 0..3), last()).prop_map(|(mut segments, last)| {
        segments.push(last);
        let named = |(at, segment): (usize, &&str)| format!("/{}", segment.replace('0', &at.to_string()));
        segments.iter().enumerate().map(named).collect()
    })
}

fn holds(paths: &[String]) -> bool {
    let mut router = Router::new();
    paths.iter().all(|path| match router.insert(path, ()) {
        Ok(()) => true,
        Err(InsertError::Conflict { .. }) => false,
        Err(error) => panic!("{path}: {error}"),
    })
}

fn matches(path: &str, request: &str) -> bool {
    let mut router = Router::new();
    router.insert(path, ()).unwrap();
    router.at(request).is_ok()
}

/// Every request of up to four segments that tells the paths above apart.
fn requests() -> Vec<String> {
    let segments = ["a", "b", "ab", "abz", "z", "{a", "}", ""];
    let mut all: Vec<String> = vec![String::new()];
    let mut longest = all.clone();
    for _ in 0..4 {
        longest =
            longest.iter().flat_map(|start| segments.map(|segment| format!("{start}/{segment}"))).collect();
        all.extend(longest.iter().cloned());
    }
    all
}

#[test]
fn parameters_are_reordered_only_where_both_have_as_many() {
    for (one, other, expected) in [
        ("/from/{from}/to/{to}", "/to/{to}/from/{from}", true),
        ("/{a}/{b}/{c}", "/{a}/{c}/{b}", true),
        ("/{a}/{*b}", "/{b}/{*c}", true),
        ("/from/{from}/to/{to}", "/x/{from}/y/{to}", false),
        ("/from/{from}/to/{to}", "/source/{source}/target/{target}", false),
        ("/customers/{customer}/orders/{order}", "/orders/{order}", false),
        ("/{{b}}/{a}", "/{b}", false),
        ("/orders", "/orders", false),
    ] {
        assert_eq!(Path::new(one).reorders(&Path::new(other)), expected, "{one} {other}");
        assert_eq!(Path::new(other).reorders(&Path::new(one)), expected, "{other} {one}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn two_paths_clash_where_the_router_cannot_hold_both((a, b) in (any_path(), any_path())) {
        prop_assume!(a != b);
        let (first, second) = (path(&a), path(&b));
        prop_assert_eq!(first.clashes(&second), !holds(&[a.clone(), b.clone()]));
        prop_assert_eq!(second.clashes(&first), first.clashes(&second));
    }

    #[test]
    fn the_router_holds_whatever_does_not_clash_in_pairs(mut paths in vec(any_path(), 2..8)) {
        paths.sort();
        paths.dedup();
        let clash = paths.iter().enumerate().any(|(i, a)| paths[..i].iter().any(|b| path(a).clashes(&path(b))));
        prop_assert_eq!(holds(&paths), !clash);
    }

    #[test]
    fn the_shape_is_the_path_without_names((a, b) in (any_path(), any_path())) {
        let nameless = |path: &str| path.replace(|c: char| c.is_ascii_digit(), "").replace('y', "x").replace('s', "r");
        prop_assert_eq!(path(&a).shape().hash == path(&b).shape().hash, nameless(&a) == nameless(&b));
        // By their first segment, what stands for itself is put aside.
        let first = a[1..].split('/').next().unwrap().replace("{{", "");
        prop_assert_eq!(path(&a).is_dynamic(), first.contains('{'));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn two_paths_overlap_where_a_request_matches_both((a, b) in (any_path(), any_path())) {
        let both: Vec<String> =
            requests().into_iter().filter(|request| matches(&a, request) && matches(&b, request)).collect();
        let (first, second) = (path(&a), path(&b));
        prop_assert_eq!(first.overlaps(&second), !both.is_empty(), "{:?}", both.first());
        prop_assert_eq!(second.overlaps(&first), first.overlaps(&second));
        // Only what cannot overlap is put aside by numbers.
        prop_assert!(both.is_empty() || !first.is_dynamic() || first.shape().may_hide(&second.shape()));
        if a != b && !first.clashes(&second) {
            let mut router = Router::new();
            router.insert(&a, 'a').unwrap();
            router.insert(&b, 'b').unwrap();
            for request in both {
                let preferred = *router.at(&request).unwrap().value;
                prop_assert_eq!((first.beats(&second), second.beats(&first)), (preferred == 'a', preferred == 'b'));
            }
        }
    }
}

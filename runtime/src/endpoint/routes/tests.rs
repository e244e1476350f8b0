use crate::endpoint::check::endpoint;
use crate::endpoint::{Meta, Method, Order, Path, Range};
use std::panic::catch_unwind;
use steadfast_core::{Date, Policy, Release, Timeline};

const fn release(date: Date) -> Release {
    Release {
        name: "V",
        date,
        alias: None,
        deprecated: None,
        sunset: None,
        guide: None,
        preview: false,
        brownouts: &[],
    }
}

const DATES: [Date; 4] =
    [Date::known(20_210_101), Date::known(20_220_101), Date::known(20_230_101), Date::known(20_240_101)];

const TIMELINE: Timeline = Timeline {
    name: "Version",
    releases: &[release(DATES[0]), release(DATES[1]), release(DATES[2]), release(DATES[3])],
    removed: &[],
    policy: Policy { min_notice_days: None, idempotency_required: false, sunset_required: false },
};

/// From the version at this position to the one before that position; all that follow if there are not so many.
fn at(method: Method, path: &'static str, since: usize, until: usize) -> Meta {
    let range = Range::Versions { since: DATES[since], until: DATES.get(until).copied(), gap: false };
    Meta { method, range, ..neutral(path) }
}

fn get(path: &'static str, since: usize, until: usize) -> Meta {
    at(Method::Get, path, since, until)
}

fn neutral(path: &'static str) -> Meta {
    Meta { name: path, path: Path::new(path), ..Meta::BROKEN }
}

/// Which endpoints of a list are refused, and the dates that the last of the messages names.
fn refused<const N: usize>(list: [Meta; N]) -> (Vec<usize>, String) {
    let (mut refused, mut said) = (Vec::new(), String::new());
    for index in 0..N {
        let check = || {
            let all: [&Meta; N] = std::array::from_fn(|i| &list[i]);
            endpoint(&TIMELINE, &all, &Order::of(&all), index);
        };
        if let Err(panic) = catch_unwind(check) {
            refused.push(index);
            said = panic.downcast_ref::<String>().cloned().unwrap();
        }
    }
    (refused, said)
}

#[track_caller]
fn accepted<const N: usize>(list: [Meta; N]) {
    assert_eq!(refused(list), (Vec::new(), String::new()));
}

#[track_caller]
fn refused_for<const N: usize>(list: [Meta; N], at: usize, why: &str) {
    let (refused, said) = refused(list);
    assert_eq!(refused, [at], "{said}");
    assert!(said.contains(why), "{said}");
}

#[test]
fn paths_that_clash_have_no_version_in_common() {
    let names = "name the parameters of one path differently: `/a/{y}` and `/a/{x}`";
    refused_for([get("/a/{x}", 0, 2), get("/a/{y}", 1, 4)], 1, names);
    refused_for([get("/a/{x}", 0, 2), neutral("/a/{y}")], 1, names);
    refused_for([neutral("/a/{x}"), at(Method::Post, "/a/{y}", 3, 4)], 1, names);
    let wildcard = "where the one has a parameter the other has a wildcard: `/a/{*y}` and `/a/{x}/b`";
    refused_for([get("/a/{x}/b", 0, 2), at(Method::Post, "/a/{*y}", 1, 4)], 1, wildcard);
    refused_for([get("/a/{x}/b", 0, 2), neutral("/a/{*y}")], 1, wildcard);
    accepted([get("/a/{x}", 0, 1), get("/a/{y}", 1, 3), get("/a/{*z}", 3, 4)]);
    accepted([get("/a/{x}", 0, 4), get("/a/b/{*y}", 0, 4), get("/a/c{y}", 0, 4)]);
}

#[test]
fn paths_that_clash_in_different_versions_begin_with_the_same_segment() {
    let first = "so that their first segment must be static";
    refused_for([get("/{x}", 0, 1), get("/{y}", 1, 4)], 1, first);
    refused_for([get("/{x}/a", 0, 1), get("/{*y}", 1, 4)], 1, first);
    refused_for([get("/v{x}", 0, 1), get("/v{*y}", 1, 4)], 1, first);
    accepted([get("/{x}", 0, 1), get("/{x}", 1, 4)]);
    // The braces stand for themselves.
    accepted([get("/{{a/{x}", 0, 1), get("/{{a/{y}", 1, 4), get("/{{a}}", 0, 4), get("/{{b}}", 0, 4)]);
}

#[test]
fn a_path_hides_another_only_while_it_is_served() {
    let hidden = "match some of the same requests in different versions";
    refused_for([get("/{x}/{y}", 0, 4), get("/{x}/a", 1, 4)], 1, "from 2021-01-01 only `/{x}/{y}` is served");
    refused_for([get("/{x}/a", 0, 2), get("/{x}/{y}", 1, 4)], 1, "from 2023-01-01 only `/{x}/{y}` is served");
    refused_for([get("/a", 1, 4), get("/{x}", 0, 4)], 1, hidden);
    refused_for([get("/a{y}", 1, 4), get("/{x}", 0, 4)], 1, hidden);
    refused_for([get("/a/{y}", 0, 2), get("/{x}/b", 1, 3)], 1, "from 2023-01-01 only `/{x}/b` is served");
    accepted([get("/{x}/a", 0, 4), get("/{x}/{y}", 1, 3)]);
    accepted([get("/{x}/a", 0, 1), get("/{x}/{y}", 0, 1)]);
    accepted([get("/a/{y}", 0, 1), get("/{x}/b/c", 0, 4), get("/{x}", 0, 4)]);
    // Behind a static segment each version has its own.
    accepted([get("/a/{x}", 0, 4), get("/a/b", 1, 4)]);
}

#[test]
fn the_endpoints_of_one_path_hide_another_together() {
    let (early, late) = (get("/{x}/a", 0, 2), at(Method::Post, "/{x}/a", 2, 4));
    accepted([late, get("/{x}/{y}", 0, 4), early]);
    accepted([get("/{x}/{y}", 0, 4), neutral("/{x}/a")]);
    let (first, second) = (get("/{x}/a", 0, 1), late);
    // Once for each two paths, at the first endpoint of the later one.
    refused_for([get("/{x}/{y}", 0, 4), first, second], 1, "from 2022-01-01 only");
    refused_for(
        [first, second, get("/{x}/{y}", 0, 4), at(Method::Put, "/{x}/{y}", 0, 4)],
        2,
        "from 2022-01-01 only",
    );
}

#[test]
fn a_neutral_path_gives_way_to_those_with_versions() {
    accepted([neutral("/{*rest}"), get("/a", 1, 4), get("/a/{x}", 2, 3)]);
}

//! The bytes on the heap that a request allocates and leaves behind, and that a router holds.
//!
//! One test, because the allocator counts for the whole program.

#![allow(clippy::print_stdout, reason = "the figures are worth knowing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../bench/src/time/wide.rs"]
#[expect(dead_code, reason = "the bench sends its endpoints requests, too")]
mod wide;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use steadfast::{Api, ApiVersions, Header, PathSegment, Release, Timeline, VersionPolicy};
use steadfast_tests::fuzz::{TARGETS, dispatch};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const REQUESTS: usize = 2000;
/// The longest value that is sent: what a server permits in all fields together, and more than most do.
const LONG: usize = 64 * 1024;

/// What a request may cost besides a multiple of its length: a context, an answer, its problem document.
const BASE: usize = 16 * 1024;

/// The most bytes that a router of 500 endpoints at 100 versions may hold.
const ROUTER_LIMIT: isize = 2 * 1024 * 1024;

/// What a router may grow by besides what it grows in proportion, because tables grow in steps.
const ROUTER_BASE: isize = 64 * 1024;

/// By target: an input; what is repeated behind it, to [`LONG`] bytes; how many times its own length it may cost. That is
/// the sum of all that is allocated for it, not what is held at one time.
const KINDS: &[(&str, &str, &str, usize)] = &[
    ("header", "0000\n2024-12-18", "", 1),
    ("header", "0000\n", "2024-12-18,", 1),
    ("header", "0800\n", "nonsense ", 1),
    ("header", "0000\n", "2024-12-18\n", 1),
    ("query", "0600\n", "&api-version=2024-12-18", 6),
    ("query", "0600\napi-version=", "%20", 6),
    ("query", "0600\napi-version=2024-12-18", "&x=%41", 8),
    ("query", "0600\napi-version=2024-12-18", "&", 8),
    // Every nested router of axum has its own copy of a path.
    ("path", "0000\n/v2/api/files/", "a/", 20),
    ("path", "0000\n", "/v2", 8),
    ("path", "0000\n/v2/api/files/a\n\t\t", "</api/items/1>,", 6),
    ("path", "0000\n/v2/api/tag\n", "\"abc~2024-12-18\",", 4),
    ("media_type", "0000\n", "application/vnd.acme.v2+json,", 1),
    ("media_type", "0000\n", "application/vnd.acme.v9+json;q=0.1,", 6),
    // The parser of media types makes a list of their parameters: 32 bytes for each.
    ("media_type", "0000\napplication/vnd.acme+json", ";a=b", 12),
    ("media_type", "0000\napplication/vnd.acme+json;version=\"", "\\2", 1),
    ("media_type", "0000\n\napplication/vnd.acme.", "v", 1),
    ("media_type", "0300\n", ",", 1),
];

/// A version of an API with `N` versions, of which all but the newest are deprecated and end.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Leaving<const N: usize>(usize);

impl<const N: usize> Leaving<N> {
    const VERSIONS: [Self; N] = {
        let mut versions = [Self(0); N];
        let mut number = 0;
        while number < N {
            versions[number] = Self(number);
            number += 1;
        }
        versions
    };

    const RELEASES: [Release; N] = {
        let months = wide::Months::<N>::TIMELINE.releases;
        let mut releases = [months[0]; N];
        let mut number = 0;
        while number < N {
            releases[number] = months[number];
            if number + 1 < N {
                releases[number].deprecated = Some(months[number + 1].date);
                releases[number].sunset = Some(months[N - 1].date);
                releases[number].guide = Some("https://example.com/guide");
            }
            number += 1;
        }
        releases
    };
}

impl<const N: usize> ApiVersions for Leaving<N> {
    const TIMELINE: &'static Timeline =
        &Timeline { releases: &Self::RELEASES, ..*wide::Months::<N>::TIMELINE };
    const ALL: &'static [Self] = &Self::VERSIONS;

    fn position(self) -> usize {
        self.0
    }
}

/// What a router takes that reads its versions from a header, or from the path.
fn router<V: ApiVersions>(endpoints: usize, from_path: bool) -> isize {
    let policy: VersionPolicy<V, ()> =
        if from_path { PathSegment("/").or_reject() } else { Header("Api-Version").or_reject() };
    let region = Region::new(ALLOCATOR);
    let router: axum::Router = Api::new(wide::endpoints::<V>(endpoints)).version_from(policy).with_state(());
    let bytes = live(&region);
    drop(router);
    println!("{endpoints} endpoints at {} versions take {} KiB", V::ALL.len(), bytes / 1024);
    bytes
}

/// A router grows with its endpoints and with its versions, and not with how many endpoints each version has.
fn judge_routers(faults: &mut Vec<String>) {
    for from_path in [false, true] {
        let (few, more_endpoints, more_versions, many) = (
            router::<Leaving<50>>(200, from_path),
            router::<Leaving<50>>(400, from_path),
            router::<Leaving<100>>(200, from_path),
            router::<Leaving<100>>(500, from_path),
        );
        if more_endpoints.max(more_versions) > 2 * few + ROUTER_BASE || many > ROUTER_LIMIT {
            faults.push(format!(
                "a router of 200 endpoints at 50 versions takes {few} bytes, {more_endpoints} with twice as many \
                 endpoints, {more_versions} with twice as many versions; {many} with 500 at 100"
            ));
        }
    }
}

#[test]
fn requests_cost_a_small_multiple_of_their_length_and_routers_grow_with_what_is_declared() {
    let mut faults = Vec::new();
    judge_routers(&mut faults);
    for (name, start, again, multiple) in KINDS {
        let target = TARGETS.iter().find(|target| target.name == *name).unwrap();
        let shown = format!("{name} {start:?} {again:?}");
        let input = [*start, *again].concat();
        // What is made on first use is no growth.
        (0..50).for_each(|_| {
            target.run(input.as_bytes());
        });
        let region = Region::new(ALLOCATOR);
        (0..REQUESTS).for_each(|_| {
            target.run(input.as_bytes());
        });
        let left = live(&region);
        if left > 0 {
            faults.push(format!("{shown}: {left} bytes are left after {REQUESTS} requests"));
        }

        let long = [*start, &again.repeat(LONG / again.len().max(1))].concat();
        let request = target.prepare(&long.as_bytes()[..long.len().min(LONG - 1024)]).unwrap().ready();
        let region = Region::new(ALLOCATOR);
        let answer = dispatch(request);
        let cost = region.change().bytes_allocated;
        drop(answer);
        println!("{shown}: {} bytes cost {cost}, {}", long.len(), cost / long.len().max(1));
        if cost > BASE + multiple * long.len() {
            faults.push(format!("{shown}: a request of {} bytes costs {cost}", long.len()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What was allocated since and has not been given back.
fn live(region: &Region<'_, System>) -> isize {
    let change = region.change();
    // Whatever grows or shrinks in its place is counted in these two.
    change.bytes_allocated.cast_signed() - change.bytes_deallocated.cast_signed()
}

//! What a request costs and what it leaves behind, in bytes on the heap.
//!
//! One test, because the allocator counts for the whole program.

#![allow(clippy::print_stdout, reason = "the figures are worth knowing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use steadfast_tests::fuzz::{TARGETS, dispatch};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const REQUESTS: usize = 2000;
/// The longest value that is sent: what a server permits in all fields together, and more than most do.
const LONG: usize = 64 * 1024;

/// What a request may cost besides a multiple of its length: a context, an answer, its problem document.
const BASE: usize = 16 * 1024;

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

#[test]
fn requests_leave_nothing_behind_and_cost_a_small_multiple_of_their_length() {
    let mut faults = Vec::new();
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

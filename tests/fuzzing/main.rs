//! The fuzz targets without a fuzzer: every seed of `fuzz/corpus/`, and mutations of them that are the same each time.
//!
//! `STEADFAST_FUZZ_SECONDS=120` goes on for so long with each target; `STEADFAST_FUZZ_SEED=17` is one mutation, such as
//! that which a failure names.

#![allow(clippy::print_stdout, reason = "how much was done is worth knowing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod mutate;

use mutate::mutated;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use steadfast_tests::fuzz::{TARGETS, Target};

/// Mutations of each target where nothing else is said.
const MUTATIONS: u64 = 12_000;

#[test]
fn header() {
    fuzz("header");
}

#[test]
fn query() {
    fuzz("query");
}

#[test]
fn path() {
    fuzz("path");
}

#[test]
fn media_type() {
    fuzz("media_type");
}

#[test]
fn fingerprint() {
    fuzz("fingerprint");
}

fn fuzz(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let seeds = seeds(name);
    assert!(!seeds.is_empty(), "{name} has no corpus");
    for (path, seed) in &seeds {
        run(target, seed, &path.display().to_string());
    }
    let inputs: Vec<&[u8]> = seeds.iter().map(|(_, seed)| seed.as_slice()).collect();
    let mutation = |seed: u64| run(target, &mutated(&inputs, seed), &format!("STEADFAST_FUZZ_SEED={seed}"));
    if let Some(seed) = number("STEADFAST_FUZZ_SEED") {
        mutation(seed);
        return;
    }
    let (start, span) = (Instant::now(), number("STEADFAST_FUZZ_SECONDS").map(Duration::from_secs));
    let more = |done: u64| span.map_or(done < MUTATIONS, |span| start.elapsed() < span);
    let (mut done, mut known) = (0, 0);
    while more(done) {
        known += u64::from(mutation(done));
        done += 1;
    }
    println!("{name}: {done} mutations in {:?}; of {known} the answer was known", start.elapsed());
    assert!(known > done / 4, "the model knows too little for its silence to mean anything");
}

/// Whether the model knew the answer.
fn run(target: &Target, input: &[u8], origin: &str) -> bool {
    catch_unwind(AssertUnwindSafe(|| target.run(input))).unwrap_or_else(|panic| {
        let shown = &input[..input.len().min(2000)];
        eprintln!("{} fails at {origin}, {} bytes:\n{}", target.name, input.len(), shown.escape_ascii());
        resume_unwind(panic);
    })
}

/// The seeds of a target in an order that does not depend on the file system, and without those that a fuzzer added and
/// named by their hash: the mutations are those of everybody.
fn seeds(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.file_name().is_some_and(|name| name.len() < 40));
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap())
}

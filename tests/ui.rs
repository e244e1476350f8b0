//! What a user is told, and what must compile.
//!
//! The expected outputs are those of one compiler, Rust 1.95; `TRYBUILD=overwrite` writes them anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    for topic in [
        "api",
        "api_version",
        "api_versions",
        "body",
        "change",
        "endpoints",
        "fingerprint",
        "idempotent",
        "method",
        "outcome",
        "shape",
        "versioned",
    ] {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
    drop(cases);
    one_mistake_gives_one_error(Path::new("ui"));
}

/// Every `.stderr` has one error, besides the summary that rustc ends with.
fn one_mistake_gives_one_error(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            one_mistake_gives_one_error(&path);
        } else if path.extension().is_some_and(|extension| extension == "stderr") {
            let text = fs::read_to_string(&path).unwrap();
            let errors = text.lines().filter(|line| line.starts_with("error")).count();
            assert_eq!(errors, 1, "{} has {errors} errors:\n{text}", path.display());
        }
    }
}

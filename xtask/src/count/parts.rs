//! Lines of code by the parts of the library.

use crate::rust::{Source, code_lines};
use std::collections::{BTreeMap, BTreeSet};

const IDEMPOTENCY: &str = "idempotency";
const ENGINE: &str = "engine";
const CONTRACT: &str = "the contract of stores";
const SQLITE: &str = "stores/sqlite";
const PINS: &str = "pins in stores/sqlite";

/// The part of the files below each path. The first that fits counts; what fits none is a part of its own.
///
/// Before there was a crate for the engine, it and the stores were in the folder of idempotency.
const PARTS: &[(&str, &str)] = &[
    ("engine/src/contract", CONTRACT),
    ("runtime/src/testing/store_contract", CONTRACT),
    ("engine/src/", ENGINE),
    ("runtime/src/idempotency/engine", ENGINE),
    ("runtime/src/idempotency/record.rs", ENGINE),
    ("runtime/src/idempotency/state.rs", ENGINE),
    ("runtime/src/idempotency/store/sqlite", SQLITE),
    ("runtime/src/idempotency/store/", ENGINE),
    ("runtime/src/idempotency/", IDEMPOTENCY),
    ("runtime/src/idempotency_policy", IDEMPOTENCY),
    ("runtime/src/outcome/", IDEMPOTENCY),
    ("runtime/src/version/pins/sqlite", PINS),
    ("stores/sqlite/src/pins", PINS),
];

/// Parts of these parts, wherever they are.
const SHARES: &[(&str, &[&str])] = &[
    ("of it fingerprints", &["runtime/src/idempotency/fingerprint", "engine/src/fingerprint"]),
    (
        "of it sealing and audit",
        &[
            "runtime/src/idempotency/sealed",
            "runtime/src/idempotency/audit",
            "engine/src/seal",
            "engine/src/audit",
        ],
    ),
];

/// Folders of programs and tests.
const OTHERS: [&str; 5] = ["bench/", "examples/", "fuzz/", "tests/", "xtask/"];

/// Returns `true` if a file is part of what people depend on.
pub(super) fn is_library(path: &str) -> bool {
    path.contains("src/") && !OTHERS.iter().any(|folder| path.starts_with(folder))
}

/// Returns the rows of a table with a column for each of `trees`.
pub(super) fn rows(trees: &[&[Source<'_>]]) -> Vec<(String, Vec<usize>)> {
    let by_part: Vec<_> = trees.iter().map(|tree| lines(tree)).collect();
    let names: BTreeSet<&String> = by_part.iter().flat_map(BTreeMap::keys).collect();
    let of = |name: &str| -> Vec<usize> {
        by_part.iter().map(|lines| lines.get(name).copied().unwrap_or_default()).collect()
    };
    let is_together = |name: &str| [IDEMPOTENCY, ENGINE].contains(&name) || name.starts_with("stores/");

    let (together, others): (Vec<&String>, Vec<_>) = names.into_iter().partition(|name| is_together(name));
    let sum = |lines: &BTreeMap<String, usize>| together.iter().filter_map(|name| lines.get(*name)).sum();
    let mut rows = vec![("idempotency, engine and stores".to_owned(), by_part.iter().map(sum).collect())];
    rows.extend(together.iter().map(|name| ((*name).clone(), of(name))));
    rows.extend(SHARES.iter().map(|(name, paths)| {
        let share = |tree: &&[Source<'_>]| {
            let of_it = tree.iter().filter(|source| paths.iter().any(|path| source.path.starts_with(path)));
            of_it.map(|source| code_lines(&source.code)).sum()
        };
        ((*name).to_owned(), trees.iter().map(share).collect())
    }));
    rows.extend(others.iter().map(|name| ((*name).clone(), of(name))));
    rows.push(("all".to_owned(), by_part.iter().map(|lines| lines.values().sum()).collect()));
    rows
}

fn lines(sources: &[Source<'_>]) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    for source in sources {
        *lines.entry(part(source.path)).or_default() += code_lines(&source.code);
    }
    lines
}

/// Returns a crate's folder, and the top-level module in the crate that people depend on.
fn part(path: &str) -> String {
    if let Some((_, part)) = PARTS.iter().find(|(start, _)| path.starts_with(start)) {
        return (*part).to_owned();
    }
    match path.strip_prefix(super::LIBRARY) {
        Some(module) => format!("runtime/{}", module.split('/').next().unwrap_or_default()),
        None => path.split("/src/").next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rust::sources;

    #[test]
    fn parts_are_the_same_wherever_they_are() {
        let old = sources([
            ("runtime/src/idempotency/engine/event.rs", "a"),
            ("runtime/src/idempotency/store/sqlite/row.rs", "a\nb"),
            ("runtime/src/idempotency/guard/mod.rs", "a\nb\nc"),
            ("runtime/src/clock.rs", "a"),
        ]);
        let new = sources([
            ("engine/src/seal/mod.rs", "a"),
            ("engine/src/contract/mod.rs", "a"),
            ("runtime/src/idempotency_policy/mod.rs", "a"),
            ("stores/redis/src/lib.rs", "a"),
            ("core/src/clock.rs", "a"),
        ]);
        let rows = rows(&[&old, &new]);
        let shown: Vec<_> = rows.iter().map(|(name, figures)| format!("{name} {figures:?}")).collect();
        let expected = [
            "idempotency, engine and stores [6, 3]",
            "engine [1, 1]",
            "idempotency [3, 1]",
            "stores/redis [0, 1]",
            "stores/sqlite [2, 0]",
            "of it fingerprints [0, 0]",
            "of it sealing and audit [0, 1]",
            "core [0, 1]",
            "runtime/clock.rs [1, 0]",
            "the contract of stores [0, 1]",
            "all [7, 5]",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn programs_and_tests_are_not_the_library() {
        assert!(["runtime/src/lib.rs", "stores/sqlite/src/row.rs"].iter().all(|path| is_library(path)));
        assert!(
            !["bench/src/main.rs", "macros/tests/expand.rs", "tests/lib.rs"]
                .iter()
                .any(|path| is_library(path))
        );
    }
}

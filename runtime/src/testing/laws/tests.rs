#![allow(clippy::unreadable_literal, reason = "they are dates")]

use super::lineage::Lineage;
use crate::changelog::{ChangeVerb, Held, HistoryFn, Law, Layout, TypeChange, TypeHistory};
use crate::wire::shape::{Null, Told};
use steadfast_core::Date;

const fn change(
    date: u32,
    verb: ChangeVerb,
    old: &'static [&'static str],
    new: &'static [&'static str],
    law: Law,
) -> TypeChange {
    let date = match Date::from_number(date) {
        Some(date) => date,
        None => Date::from_ymd(1, 1, 1).unwrap(),
    };
    TypeChange { of: 0, date, verb, old, new, law, note: None, is_flat: false, wipes: false }
}

static INNER: TypeHistory = TypeHistory {
    id: 1,
    path: "Inner",
    writes: true,
    reads: true,
    changes: &[change(20260101, ChangeVerb::Added, &[], &["extra"], Law::Defaulted)],
    held: &[],
    opaque: &[],
    layout: Layout::Fields,
};

static OUTER: TypeHistory = TypeHistory {
    id: 2,
    path: "Outer",
    writes: true,
    reads: true,
    changes: &[
        change(20250930, ChangeVerb::Renamed, &["b"], &["a"], Law::Lossless),
        change(20250930, ChangeVerb::Renamed, &["a"], &["b"], Law::Lossless),
        change(20250930, ChangeVerb::Renamed, &["inside"], &["inner"], Law::Lossless),
        change(20241218, ChangeVerb::Changed, &["cents"], &["a"], Law::Unclaimed),
        change(20240601, ChangeVerb::Renamed, &["first"], &["cents"], Law::Lossless),
        change(20240601, ChangeVerb::Removed, &["gone"], &[], Law::Defaulted),
    ],
    held: &[held("inner", Some(|| &INNER))],
    opaque: &[],
    layout: Layout::Fields,
};

const fn held(field: &'static str, history: Option<HistoryFn>) -> Held {
    Held {
        field,
        at: "",
        id: 0,
        changes: &[],
        history,
        nesting: 0,
        inside: &[],
        tells: Told::LESS,
        null: Null::Sometimes,
        mixes: false,
    }
}

fn kept(at: u32) -> (Vec<&'static str>, Vec<&'static str>) {
    let lineage = Lineage::of(&OUTER, at);
    let names = ["a", "b", "inner", "inside", "cents", "first", "gone", "untouched"];
    (
        names.into_iter().filter(|name| lineage.keeps(name)).collect(),
        names.into_iter().filter(|name| lineage.keeps_old(name)).collect(),
    )
}

#[test]
fn a_field_is_kept_as_long_as_all_its_changes_keep_it() {
    // Nothing is newer.
    assert_eq!(kept(20260101), (vec![], vec![]));
    // Two fields swap their names. What a field holds loses something after that.
    assert_eq!(kept(20250929), (vec!["a", "b"], vec!["a", "b"]));
    // The `a` of then is the `b` of now.
    assert_eq!(kept(20241217), (vec!["a"], vec!["b"]));
    assert_eq!(kept(20240531), (vec!["a"], vec!["b"]));
}

#[test]
fn a_type_that_holds_itself_is_found_once() {
    static TREE: TypeHistory = TypeHistory {
        id: 3,
        path: "Tree",
        writes: true,
        reads: true,
        changes: &[],
        held: &[held("children", Some(|| &TREE)), held("outer", Some(|| &OUTER)), held("leaf", None)],
        opaque: &[],
        layout: Layout::Fields,
    };
    let paths: Vec<_> = TREE.with_held().iter().map(|history| history.path).collect();
    assert_eq!(paths, ["Tree", "Outer", "Inner"]);
}

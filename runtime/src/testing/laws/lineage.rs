//! Which fields only lossless changes touch, between a shape and the newest one.

use crate::changelog::{ChangeVerb, Law, TypeChange, TypeHistory};
use std::collections::{BTreeMap, BTreeSet};

/// What the changes after a shape claim of its fields.
pub(super) struct Lineage {
    /// The fields of the newest shape that a change touched, and whether all that did are lossless.
    head: BTreeMap<&'static str, bool>,
    /// The same for the fields of the older shape.
    old: BTreeMap<&'static str, Column>,
}

/// A field of the shape that has been reached.
#[derive(Clone, Default)]
struct Column {
    /// The fields of the newest shape that it became.
    heads: BTreeSet<&'static str>,
    is_kept: bool,
}

impl Lineage {
    pub(super) fn of(history: &'static TypeHistory, at: u32) -> Self {
        let mut lineage = Self { head: BTreeMap::new(), old: BTreeMap::new() };
        let inner: BTreeSet<&str> = history
            .held
            .iter()
            .filter(|held| held.history.is_some_and(|history| loses(history(), at)))
            .map(|held| held.field)
            .collect();
        for date in history.dates().filter(|date| date.number() > at) {
            let changes = history.changes.iter().filter(|change| {
                // A check leaves what it lets through as it is.
                change.date == date && change.verb != ChangeVerb::Constrained
            });
            lineage.step_back(changes, &inner);
        }
        lineage
    }

    /// Undoes all changes of one date at once: two fields may swap their names.
    fn step_back(&mut self, changes: impl Iterator<Item = &'static TypeChange>, inner: &BTreeSet<&str>) {
        let mut columns = Vec::new();
        for change in changes {
            let is_lossless = change.law == Law::Lossless && !change.is_flat;
            let mut merged = Column { heads: BTreeSet::new(), is_kept: is_lossless };
            for name in change.new {
                let column = self.old.remove(name).unwrap_or_else(|| Column {
                    heads: BTreeSet::from([*name]),
                    is_kept: !inner.contains(name),
                });
                merged.is_kept &= column.is_kept;
                merged.heads.extend(column.heads);
            }
            for head in &merged.heads {
                *self.head.entry(head).or_insert_with(|| !inner.contains(head)) &= is_lossless;
            }
            columns.extend(change.old.iter().map(|name| (*name, merged.clone())));
        }
        self.old.extend(columns);
    }

    /// Whether a field of the newest shape must come back as it was.
    pub(super) fn keeps(&self, field: &str) -> bool {
        self.head.get(field).copied().unwrap_or(false)
    }

    /// Whether a field of the older shape must come back as it was.
    pub(super) fn keeps_old(&self, field: &str) -> bool {
        self.old.get(field).is_some_and(|column| column.is_kept)
    }
}

/// Whether a type, or one that it holds, loses something between a version and the newest.
fn loses(history: &'static TypeHistory, at: u32) -> bool {
    let mut changes = history.with_held().into_iter().flat_map(|history| history.changes);
    changes.any(|change| {
        change.date.number() > at && change.law != Law::Lossless && change.verb != ChangeVerb::Constrained
    })
}

//! What older clients write with PUT and PATCH: what they have read before lacks the fields that were added since.

use super::dates::{Place, Seen, holds, never_changed};
use super::meta::{Meta, Range};
use crate::wire::Message;
use crate::wire::history::{Held, TypeChange};

/// Fails to compile if a write by an older client sets a field to a default, and the type does not say that it may.
#[track_caller]
pub(super) const fn overwrite(all: &[&Meta], index: usize) {
    let meta = all[index];
    if never_changed(meta.written) {
        return;
    }
    let mut seen = Seen::new();
    let mut i = 0;
    while i < meta.written.len() {
        let history = meta.written[i];
        if seen.add(history.id, 0, false) {
            let place = Place::body(history.path);
            changes(all, index, place, history.id, history.changes);
            fields(all, index, place, history.held, &mut seen);
        }
        i += 1;
    }
}

#[track_caller]
const fn fields(all: &[&Meta], index: usize, place: Place<'_>, held: &[Held], seen: &mut Seen) {
    let mut i = 0;
    while i < held.len() {
        let field = &held[i];
        if !field.is_leaf() && seen.add(field.id, place.depth + 1, field.is_unseen()) {
            let place = place.within(field.field);
            changes(all, index, place, field.id, field.changes);
            fields(all, index, place, field.inside, seen);
        }
        i += 1;
    }
}

// #[put("/pools/{id}")] #[api_version(since = "2024-01-01")], and #[added(in = "2025-01-01", default)] in its body
#[track_caller]
const fn changes(all: &[&Meta], index: usize, place: Place<'_>, id: u64, changes: &[TypeChange]) {
    let mut i = 0;
    while i < changes.len() {
        let change = &changes[i];
        if change.wipes && lacks(all[index], change) && !is_reported(all, index, id, change) {
            let meta = all[index];
            let field = if let [field, ..] = change.new { field } else { "a field" };
            let message = Message::new("")
                .code(meta.name)
                .text(" is a ")
                .text(meta.method.as_str())
                .text(", and its clients from before ")
                .date(change.date)
                .text(" do not know ")
                .code(field)
                .text(" of ");
            place
                .named(message)
                .text(", so that what they write sets it to the default, whatever is stored\nhelp: make its type `Known<..>` with a plain `default`, and keep what is stored by `Known::or`; or write `overwrite` in its `added(..)` to mean the default")
                .fail();
        }
        i += 1;
    }
}

/// Whether the endpoint has a version from before the change.
const fn lacks(meta: &Meta, change: &TypeChange) -> bool {
    match meta.range {
        Range::Versions { since, .. } => since.number() < change.date.number(),
        Range::Neutral => false,
    }
}

/// Whether an endpoint before this one fails for the same type, so that one mistake is reported once.
const fn is_reported(all: &[&Meta], index: usize, id: u64, change: &TypeChange) -> bool {
    let mut i = 0;
    while i < index {
        let written = all[i].written;
        let mut k = 0;
        while k < written.len() {
            if (written[k].id == id || holds(written[k].held, id)) && lacks(all[i], change) {
                return true;
            }
            k += 1;
        }
        i += 1;
    }
    false
}

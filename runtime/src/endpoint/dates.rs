//! The changes of an endpoint and of its types, compared with the timeline.

use super::message::Message;
use super::meta::Meta;
use crate::transform::history::TypeChange;
use steadfast_core::Timeline;

/// Fails to compile if a type in a body of the endpoint changes in no version of the timeline, or before the second.
#[track_caller]
pub(super) const fn types(timeline: &Timeline, meta: &Meta) {
    let mut i = 0;
    while i < meta.types.len() {
        if let Some(history) = meta.types[i] {
            changes(timeline, meta, history.path, None, history.changes);
            let mut k = 0;
            while k < history.held.len() {
                let held = &history.held[k];
                changes(timeline, meta, history.path, Some(held.field), held.changes);
                k += 1;
            }
        }
        i += 1;
    }
}

/// Fails to compile if a change of the endpoint begins in no version of the timeline.
// #[api_version(since = "2024-01-15", changed(in = "2024-12-19", ..))]
#[track_caller]
pub(super) const fn statements(timeline: &Timeline, meta: &Meta) {
    let mut i = 0;
    while i < meta.statements.len() {
        let date = meta.statements[i].date;
        // The macro has seen that it is after `since`.
        if timeline.position(date).is_none() && !timeline.was_removed(date) {
            let message = Message::new("`in` (")
                .date(date)
                .text(") of a change of ")
                .code(meta.name)
                .text(" is not a version of ")
                .code(timeline.name)
                .text("\nhelp: ");
            if timeline.releases.len() == 1 {
                message.text("declare the version that brings the change, and use its date").fail();
            }
            message.text("use one of ").versions(timeline, 1).fail();
        }
        i += 1;
    }
}

#[track_caller]
const fn changes(timeline: &Timeline, meta: &Meta, path: &str, field: Option<&str>, all: &[TypeChange]) {
    let mut i = 0;
    while i < all.len() {
        change(timeline, meta, path, field, &all[i]);
        i += 1;
    }
}

/// `held` is the field of the type at `path` that has the type that changed, if it is another one.
#[track_caller]
const fn change(timeline: &Timeline, meta: &Meta, path: &str, held: Option<&str>, change: &TypeChange) {
    let known = timeline.position(change.date).is_some() || timeline.was_removed(change.date);
    let is_later = change.date.number() > timeline.releases[0].date.number();
    if known && is_later {
        return;
    }
    let message = Message::new("`in` (").date(change.date).text(") of ");
    let message = match (change.new, change.old) {
        ([field, ..], _) | ([], [field, ..]) => message.code(field).text(" of "),
        ([], []) => message,
    };
    let message = match held {
        Some(held) => message.code(held).text(" of "),
        None => message,
    };
    let message = message.code(path).text(", a body of ").code(meta.name);
    // #[renamed(in = "2024-12-19", was(customer))] in a version of no such day
    if is_later {
        let message = message.text(", is not a version of ").code(timeline.name).text("\nhelp: ");
        if timeline.releases.len() == 1 {
            message.text("declare the version that brings the change, and use its date").fail();
        }
        message.text("use one of ").versions(timeline, 1).fail();
    }
    // #[renamed(in = "2024-01-15", was(customer))] where the timeline begins that day
    message
        .text(", is not after ")
        .date(timeline.releases[0].date)
        .text(", the first version of ")
        .code(timeline.name)
        .text(", so that no client has the older shape\nhelp: remove the statement and its conversions")
        .fail();
}

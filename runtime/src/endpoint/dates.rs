//! The changes of an endpoint and of its types, compared with the timeline and with the lives of endpoints.

use super::meta::{Meta, Range};
use crate::wire::Message;
use crate::wire::history::{Held, TypeChange, TypeHistory};
use steadfast_core::Timeline;

/// The types of an endpoint that have been looked at, each with how deep it was found, and whether its fields were too deep
/// to be seen there: one that was found nearer shows more of what it holds.
pub(super) struct Seen {
    types: [(u64, usize, bool); Self::CAPACITY],
    count: usize,
    /// Whether the fields of something that is not in `types` were too deep to be seen.
    is_unseen: bool,
}

impl Seen {
    const CAPACITY: usize = 128;

    pub(super) const fn new() -> Self {
        Self { types: [(0, 0, false); Self::CAPACITY], count: 0, is_unseen: false }
    }

    /// Whether the type is new at this depth. What does not fit is new each time, and so is what has no name.
    pub(super) const fn add(&mut self, id: u64, depth: usize, is_unseen: bool) -> bool {
        if let Some(i) = self.find(id) {
            let is_new = depth < self.types[i].1;
            if is_new {
                self.types[i] = (id, depth, is_unseen);
            }
            return is_new;
        }
        if id != 0 && self.count < Self::CAPACITY {
            self.types[self.count] = (id, depth, is_unseen);
            self.count += 1;
        } else {
            self.is_unseen |= is_unseen;
        }
        true
    }

    const fn find(&self, id: u64) -> Option<usize> {
        let mut i = 0;
        while i < self.count {
            if self.types[i].0 == id {
                return Some(i);
            }
            i += 1;
        }
        None
    }

    /// Whether the type was found nearer than at this depth.
    const fn is_nearer(&self, id: u64, depth: usize) -> bool {
        match self.find(id) {
            Some(i) => self.types[i].1 < depth,
            None => false,
        }
    }

    /// Whether there may be fields that were too deep wherever their type was found.
    const fn has_unseen(&self) -> bool {
        let mut i = 0;
        while i < self.count {
            if self.types[i].2 {
                return true;
            }
            i += 1;
        }
        self.is_unseen
    }
}

/// A type, with the fields that lead to it from that of a body.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The path of the type of the body.
    path: &'a str,
    fields: [&'a str; DEPTH],
    pub(super) depth: usize,
}

/// More than the depth at which constants end.
const DEPTH: usize = 14;

impl<'a> Place<'a> {
    pub(super) const fn body(path: &'a str) -> Self {
        Self { path, fields: [""; DEPTH], depth: 0 }
    }

    pub(super) const fn within(mut self, field: &'a str) -> Self {
        // What has no name stands between types that have one.
        if self.path.is_empty() {
            self.path = field;
            return self;
        }
        if self.depth < DEPTH {
            self.fields[self.depth] = field;
            self.depth += 1;
        }
        self
    }

    /// `` `in` (2024-12-18) of `name` of `holder` of `orders::Order`, a type of `orders::create` ``.
    const fn told(&self, change: &TypeChange, meta: &Meta) -> Message {
        let mut message = Message::new("`in` (").date(change.date).text(") of ");
        message = match (change.new, change.old) {
            ([field, ..], _) | ([], [field, ..]) => message.code(field).text(" of "),
            ([], []) => message,
        };
        self.named(message).text(", a type of ").code(meta.name)
    }

    /// Appends `` `name` of `holder` of `orders::Order` ``.
    pub(super) const fn named(&self, mut message: Message) -> Message {
        let mut depth = self.depth;
        while depth > 0 {
            depth -= 1;
            message = message.code(self.fields[depth]).text(" of ");
        }
        message.code(self.path)
    }
}

/// Fails to compile if a type of the endpoint changes in no version of the timeline, or before the second.
#[track_caller]
pub(super) const fn types(timeline: &Timeline, meta: &Meta) {
    if never_changed(meta.types) {
        return;
    }
    let mut seen = Seen::new();
    let mut i = 0;
    while i < meta.types.len() {
        let history = meta.types[i];
        if seen.add(history.id, 0, false) {
            let place = Place::body(history.path);
            changes(timeline, meta, place, history.changes);
            fields(timeline, meta, place, history.held, &mut seen);
        }
        i += 1;
    }
    if seen.has_unseen() {
        let mut i = 0;
        while i < meta.types.len() {
            too_deep(meta, Place::body(meta.types[i].path), meta.types[i].held, &seen);
            i += 1;
        }
    }
}

/// Returns whether no type changed, nor any that it holds, and none is held too deep to be seen.
pub(super) const fn never_changed(types: &[&TypeHistory]) -> bool {
    const fn within(held: &[Held]) -> bool {
        let mut i = 0;
        while i < held.len() {
            if !held[i].changes.is_empty() || held[i].is_unseen() || !within(held[i].inside) {
                return false;
            }
            i += 1;
        }
        true
    }
    let mut i = 0;
    while i < types.len() {
        if !types[i].changes.is_empty() || !within(types[i].held) {
            return false;
        }
        i += 1;
    }
    true
}

/// Fails to compile where the type stands whose fields are too deep to be seen.
#[track_caller]
const fn too_deep(meta: &Meta, place: Place<'_>, held: &[Held], seen: &Seen) {
    let mut i = 0;
    while i < held.len() {
        if seen.is_nearer(held[i].id, place.depth + 1) {
            i += 1;
            continue;
        }
        let place = place.within(held[i].field);
        if held[i].is_unseen() {
            place
                .named(Message::new(""))
                .text(", a type of ")
                .code(meta.name)
                .text(", is held too deep for its fields to be checked\nhelp: hold it nearer to the body, or write `#[opaque]` on a field that leads to it")
                .fail();
        }
        too_deep(meta, place, held[i].inside, seen);
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
const fn fields(timeline: &Timeline, meta: &Meta, place: Place<'_>, held: &[Held], seen: &mut Seen) {
    let mut i = 0;
    while i < held.len() {
        let field = &held[i];
        if !field.is_leaf() && seen.add(field.id, place.depth + 1, field.is_unseen()) {
            let place = place.within(field.field);
            changes(timeline, meta, place, field.changes);
            fields(timeline, meta, place, field.inside, seen);
        }
        i += 1;
    }
}

#[track_caller]
const fn changes(timeline: &Timeline, meta: &Meta, place: Place<'_>, all: &[TypeChange]) {
    let mut i = 0;
    while i < all.len() {
        change(timeline, meta, place, &all[i]);
        i += 1;
    }
}

#[track_caller]
const fn change(timeline: &Timeline, meta: &Meta, place: Place<'_>, change: &TypeChange) {
    let known = timeline.position(change.date).is_some() || timeline.was_removed(change.date);
    let is_later = change.date.number() > timeline.releases[0].date.number();
    if known && is_later {
        return;
    }
    let message = place.told(change, meta);
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

/// Fails to compile if a type of the endpoint changes when no endpoint has it any more; at the first that had it.
#[track_caller]
pub(super) const fn unseen(all: &[&Meta], index: usize) {
    let meta = all[index];
    let Range::Versions { until: Some(_), .. } = meta.range else { return };
    if never_changed(meta.types) {
        return;
    }
    let mut seen = Seen::new();
    let mut i = 0;
    while i < meta.types.len() {
        let history = meta.types[i];
        if seen.add(history.id, 0, false) {
            let place = Place::body(history.path);
            unseen_of(all, index, place, history.changes);
            unseen_in(all, index, place, history.held, &mut seen);
        }
        i += 1;
    }
}

#[track_caller]
const fn unseen_in(all: &[&Meta], index: usize, place: Place<'_>, held: &[Held], seen: &mut Seen) {
    let mut i = 0;
    while i < held.len() {
        let field = &held[i];
        if !field.is_leaf() && seen.add(field.id, place.depth + 1, field.is_unseen()) {
            let place = place.within(field.field);
            unseen_of(all, index, place, field.changes);
            unseen_in(all, index, place, field.inside, seen);
        }
        i += 1;
    }
}

// #[api_version(since = "2024-01-15", until = "2024-12-18")], and #[renamed(in = "2025-09-30", ..)] in its body
#[track_caller]
const fn unseen_of(all: &[&Meta], index: usize, place: Place<'_>, changes: &[TypeChange]) {
    let Range::Versions { until: Some(mut last), .. } = all[index].range else { return };
    // The newest is first.
    if changes.is_empty() || changes[0].date.number() < last.number() {
        return;
    }
    let mut i = 0;
    while i < all.len() {
        if let Range::Versions { until, .. } = all[i].range
            && i != index
        {
            let is_later = match until {
                Some(until) => until.number() > changes[0].date.number(),
                None => true,
            };
            let has = has(all[i], changes[0].of);
            // An endpoint shows it, or may; or an earlier one has reported that none does.
            let is_settled = if is_later { has || hides(all[i]) } else { has && i < index };
            if is_settled {
                return;
            }
            if let Some(until) = until
                && has
                && until.number() > last.number()
            {
                last = until;
            }
        }
        i += 1;
    }
    place
        .told(&changes[0], all[index])
        .text(", is when no endpoint has it any more, because the last one ends in ")
        .date(last)
        .text(", so that no client sees the change\nhelp: remove the statement and its conversions, or list the endpoint that shows it")
        .fail();
}

/// Whether the type that changed stands in a place of the endpoint, with whatever parameters: a `Page<Order>` that became a
/// `Page<Purchase>` shows the changes of `Page`.
const fn has(meta: &Meta, declared: u64) -> bool {
    let mut i = 0;
    while i < meta.types.len() {
        if is_of(meta.types[i].changes, declared) || has_held(meta.types[i].held, declared) {
            return true;
        }
        i += 1;
    }
    false
}

const fn has_held(held: &[Held], declared: u64) -> bool {
    let mut i = 0;
    while i < held.len() {
        if is_of(held[i].changes, declared) || has_held(held[i].inside, declared) {
            return true;
        }
        i += 1;
    }
    false
}

const fn is_of(changes: &[TypeChange], declared: u64) -> bool {
    matches!(changes, [change, ..] if change.of == declared)
}

pub(super) const fn holds(held: &[Held], id: u64) -> bool {
    let mut i = 0;
    while i < held.len() {
        if held[i].id == id || holds(held[i].inside, id) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether the endpoint may answer a type that its signature does not name.
const fn hides(meta: &Meta) -> bool {
    let mut i = 0;
    while i < meta.types.len() {
        if meta.types[i].is_unknown() {
            return true;
        }
        i += 1;
    }
    false
}

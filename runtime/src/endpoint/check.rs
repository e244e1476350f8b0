//! Facts across endpoints, and between them and their timeline, checked while compiling.
//!
//! `endpoints!` emits one constant per endpoint that calls [`endpoint`]. Every function is `track_caller`, so that the
//! error stands at the endpoint's path in the list and not in here.

use super::dates;
use super::meta::{Meta, Range};
use super::order::Order;
use super::routes;
use super::{older_writes, operations};
use crate::version::{ApiVersions, Change};
use crate::wire::Message;
use steadfast_core::{Date, Timeline};

/// Fails to compile if `all[index]` contradicts the timeline or an endpoint before it.
#[track_caller]
pub const fn endpoint<const N: usize>(timeline: &Timeline, all: &[&Meta; N], order: &Order<N>, index: usize) {
    let meta = all[index];
    // The enum or the handler did not compile; its error has been reported.
    if timeline.releases.is_empty() || meta.is_broken() {
        return;
    }
    if let Range::Versions { since, until, gap } = meta.range {
        declared(timeline, meta.name, "since", since);
        if let Some(until) = until {
            declared(timeline, meta.name, "until", until);
        }
        holes(all, order.of_shape(index), index, since, gap);
        dates::types(timeline, meta);
        dates::statements(timeline, meta);
        dates::unseen(all, index);
        older_writes::overwrite(all, index);
    }
    policy(timeline, meta);
    said(timeline, meta);
    if let Some(once) = &meta.idempotent {
        operations::shared(all, order.of_operation(index), index, once);
    }
    let same = order.of_shape(index);
    let mut i = 0;
    while same[i] < index {
        pair(meta, all[same[i]]);
        i += 1;
    }
    if order.shapes[index].is_special {
        let mut i = 0;
        while i < index {
            at_odds(all, order, index, i);
            i += 1;
        }
    } else {
        let special = order.special();
        let mut i = 0;
        while i < special.len() && special[i] < index {
            at_odds(all, order, index, special[i]);
            i += 1;
        }
    }
}

/// Fails to compile if a path contradicts an earlier one that matches something else.
#[track_caller]
const fn at_odds<const N: usize>(all: &[&Meta; N], order: &Order<N>, index: usize, earlier: usize) {
    let (shape, other) = (&order.shapes[index], &order.shapes[earlier]);
    if shape.hash == other.hash {
        return;
    }
    if shape.may_clash(other) && all[index].path.clashes(&all[earlier].path) {
        routes::clash(all[index], all[earlier]);
    } else if shape.may_hide(other) && all[index].path.overlaps(&all[earlier].path) {
        routes::hidden(all, order, index, earlier);
    }
}

/// Fails to compile if an endpoint says nothing of its versions, there are several, and it may show what differs in them.
// #[get("/payments")] async fn list() -> impl IntoResponse
#[track_caller]
const fn said(timeline: &Timeline, meta: &Meta) {
    if meta.is_said || timeline.releases.len() < 2 {
        return;
    }
    let mut i = 0;
    while i < meta.types.len() {
        if meta.types[i].is_unknown() {
            Message::new("")
                .code(meta.name)
                .text(" does not say which versions it answers, and its response may show types with several shapes\nhelp: add `#[api_version(since = \"…\")]`, or `#[api_version(neutral)]` to mean the newest")
                .fail();
        }
        i += 1;
    }
}

/// What the endpoints of a list ask of their API; a parameter of [`Endpoints`](super::Endpoints).
pub const fn needs(all: &[&Meta]) -> u8 {
    let mut needs = super::Needs::NOTHING;
    let mut i = 0;
    while i < all.len() {
        if let Some(policy) = &all[i].idempotent {
            let asked = if policy.transactional { super::Needs::TRANSACTIONS } else { super::Needs::RECORDS };
            if asked > needs {
                needs = asked;
            }
        }
        i += 1;
    }
    needs
}

/// Fails to compile if the change `C` begins in no version of its timeline, or in the first.
#[track_caller]
pub const fn change<C: Change>() {
    let timeline = <C::Versions as ApiVersions>::TIMELINE;
    // The enum did not compile; its error has been reported.
    if timeline.releases.is_empty() {
        return;
    }
    // #[change(Version, in = "2024-12-19")]
    declared(timeline, C::NAME, "in", C::IN);
    // #[change(Version, in = "2024-01-15")]
    if C::IN.number() > timeline.releases[0].date.number() {
        return;
    }
    let message = Message::new("`in` (")
        .date(C::IN)
        .text(") of ")
        .code(C::NAME)
        .text(" is the first version of ")
        .code(timeline.name)
        .text(", so that it always applies and changes nothing\nhelp: ");
    if timeline.releases.len() == 1 {
        message.text("declare the version that brings the change, and use its date").fail();
    }
    message.text("use a later version: ").versions(timeline, 1).fail();
}

// #[api_version(since = "2024-12-19")]
#[track_caller]
const fn declared(timeline: &Timeline, whose: &str, argument: &str, date: Date) {
    if timeline.position(date).is_some() {
        return;
    }
    Message::new("`")
        .text(argument)
        .text("` (")
        .date(date)
        .text(") of ")
        .code(whose)
        .text(" is not a version of ")
        .code(timeline.name)
        .text("\nhelp: use one of ")
        .versions(timeline, 0)
        .fail();
}

// #[get("/a")] #[api_version(since = "2024-01-15")] a, #[get("/a")] #[api_version(since = "2024-01-15")] b
#[track_caller]
const fn pair(meta: &Meta, earlier: &Meta) {
    if !meta.path.same(&earlier.path) {
        routes::clash(meta, earlier);
    }
    if meta.method as u8 != earlier.method as u8 {
        return;
    }
    let Some((from, until)) = overlap(meta.range, earlier.range) else { return };
    let mut message = Message::new("two handlers answer ")
        .text(meta.method.as_str())
        .text(" ")
        .text(meta.path.text)
        .text(": ")
        .code(meta.name)
        .text(" and ")
        .code(earlier.name);
    if let Some(from) = from {
        message = message.text(" from ").date(from);
    }
    if let Some(until) = until {
        message = message.text(" until ").date(until);
    }
    let help = match (meta.range, earlier.range) {
        (Range::Versions { since, .. }, Range::Versions { since: other, .. })
            if since.number() > other.number() =>
        {
            message.text("\nhelp: end the earlier one: `until = \"").date(since).text("\"`")
        }
        _ => message.text("\nhelp: give them different versions, or remove one"),
    };
    help.fail();
}

/// The versions that both ranges hold; `Some` if there are any.
pub(super) const fn overlap(a: Range, b: Range) -> Option<(Option<Date>, Option<Date>)> {
    match (a, b) {
        (Range::Neutral, Range::Neutral) => Some((None, None)),
        (Range::Neutral, Range::Versions { since, until, .. })
        | (Range::Versions { since, until, .. }, Range::Neutral) => Some((Some(since), until)),
        (Range::Versions { since: a, until: a_end, .. }, Range::Versions { since: b, until: b_end, .. }) => {
            let from = if a.number() > b.number() { a } else { b };
            let until = match (a_end, b_end) {
                (Some(a), Some(b)) => Some(if a.number() < b.number() { a } else { b }),
                (Some(end), None) | (None, Some(end)) => Some(end),
                (None, None) => None,
            };
            match until {
                Some(until) if until.number() <= from.number() => None,
                until => Some((Some(from), until)),
            }
        }
    }
}

// #[get("/a")] #[api_version(since = "2024-01-15", until = "2024-12-18")] a,
// #[get("/a")] #[api_version(since = "2025-09-30")] b
#[track_caller]
const fn holes(all: &[&Meta], same: &[usize], index: usize, since: Date, gap: bool) {
    let meta = all[index];
    // The end of the range before this one.
    let mut previous: Option<(Date, &Meta)> = None;
    let mut i = 0;
    while i < same.len() {
        let other = all[same[i]];
        if same[i] != index
            && let Range::Versions { until: Some(end), .. } = other.range
            && end.number() <= since.number()
            && other.method as u8 == meta.method as u8
        {
            previous = match previous {
                Some((best, by)) if best.number() >= end.number() => Some((best, by)),
                _ => Some((end, other)),
            };
        }
        i += 1;
    }
    match previous {
        Some((end, by)) if end.number() < since.number() && !gap => Message::new(meta.method.as_str())
            .text(" ")
            .text(meta.path.text)
            .text(" has no handler from ")
            .date(end)
            .text(" until ")
            .date(since)
            .text(", between ")
            .code(by.name)
            .text(" and ")
            .code(meta.name)
            .text("\nhelp: begin this one with `since = \"")
            .date(end)
            .text("\"`, or write `gap` if the endpoint was gone in between")
            .fail(),
        Some((end, _)) if end.number() < since.number() => {}
        _ if gap => Message::new("`gap` of ")
            .code(meta.name)
            .text(" has no effect, because no handler of ")
            .text(meta.method.as_str())
            .text(" ")
            .text(meta.path.text)
            .text(" ends before ")
            .date(since)
            .text("\nhelp: remove `gap`")
            .fail(),
        _ => {}
    }
}

#[track_caller]
const fn policy(timeline: &Timeline, meta: &Meta) {
    let policy = &timeline.policy;
    // #[post("/a")] without #[idempotent]
    if policy.idempotency_required && !meta.method.is_safe() && meta.idempotent.is_none() {
        Message::new("")
            .code(meta.name)
            .text(" answers ")
            .text(meta.method.as_str())
            .text(" without `#[idempotent]`, because `policy(idempotency = \"required\")` asks for it")
            .text("\nhelp: add `#[idempotent(ttl = \"24h\", scope = …)]`")
            .fail();
    }
    let Some(deprecated) = meta.deprecated else { return };
    match meta.sunset {
        // #[api_version(since = "…", deprecated = "2025-01-01")]
        None if policy.sunset_required => Message::new("")
            .code(meta.name)
            .text(" is deprecated without a `sunset`, because `policy(sunset = \"required\")` asks for one")
            .text("\nhelp: add `sunset = \"…\"`")
            .fail(),
        // #[api_version(since = "…", deprecated = "2025-01-01", sunset = "2025-01-02")]
        Some(sunset) => {
            if let Some(asked) = policy.min_notice_days
                && sunset.days_since(deprecated) < asked as i64
            {
                Message::new("`sunset` (")
                    .date(sunset)
                    .text(") of ")
                    .code(meta.name)
                    .text(" is ")
                    .number(sunset.days_since(deprecated))
                    .text(" days after `deprecated` (")
                    .date(deprecated)
                    .text("), because `min_notice` asks for ")
                    .number(asked as i64)
                    .text("\nhelp: move `sunset` to a later day")
                    .fail();
            }
        }
        None => {}
    }
}

//! Paths that one router cannot hold together, and paths that take requests from each other.
//!
//! One router of axum holds the paths of all versions. Where paths clash in it, each version has a router of its own
//! behind the static segments that they have in common; so there must be one.

use super::check::overlap;
use super::meta::{Meta, Range};
use super::order::Order;
use crate::wire::Message;
use steadfast_core::Date;

/// Fails to compile if the paths of two endpoints clash in one version, or in versions that cannot be told apart.
// #[get("/a/{id}")] a, #[post("/a/{key}")] b
// #[get("/a/{id}")] a, #[get("/a/{*rest}")] b
// #[get("/{id}")] #[api_version(since = "2024-01-15", until = "2024-12-18")] a,
// #[get("/{key}")] #[api_version(since = "2024-12-18")] b
#[track_caller]
pub(super) const fn clash(meta: &Meta, earlier: &Meta) {
    let same_shape = meta.path.shape().hash == earlier.path.shape().hash;
    match overlap(meta.range, earlier.range) {
        Some(_) if same_shape => {
            paths(names(meta, earlier).text(" name the parameters of one path differently: "), meta, earlier)
                .text("\nhelp: use the same names in both")
                .fail()
        }
        Some(_) => {
            let wildcard = if ends_in_wildcard(meta) { meta } else { earlier };
            let message = names(meta, earlier).text(
                " have paths that clash, because where the one has a parameter the other has a wildcard: ",
            );
            let (before, last) = last_segment(wildcard.path.text);
            paths(message, meta, earlier)
                .text("\nhelp: write a segment in front of the wildcard, as in `")
                .text(before)
                .text("all/")
                .text(last)
                .text("`")
                .fail();
        }
        None if meta.path.is_dynamic() => {
            let message = names(meta, earlier).text(
                " have paths that clash in different versions, so that their first segment must be static, because \
                 versions are told apart behind it: ",
            );
            let message = begin_with_a_segment(paths(message, meta, earlier), meta);
            if same_shape { message.text(", or use the same names in both") } else { message }.fail();
        }
        None => {}
    }
}

/// Fails to compile if of two paths the one that is preferred is not served in a version in which the other is.
///
/// Asked of paths that overlap and have no static segment in common.
// #[get("/{tenant}/users")] #[api_version(since = "2024-12-18")] a,
// #[get("/{tenant}/{name}")] #[api_version(since = "2024-01-15")] b
#[track_caller]
pub(super) const fn hidden<const N: usize>(all: &[&Meta; N], order: &Order<N>, index: usize, other: usize) {
    let (winner, loser) =
        if all[index].path.beats(&all[other].path) { (index, other) } else { (other, index) };
    let Some(from) = uncovered(all, order.of_shape(winner), all[loser].range) else { return };
    if is_reported(all, order, winner, loser) {
        return;
    }
    let message = names(all[index], all[other]).text(
        " match some of the same requests in different versions, so that their first segment must be static, \
         because versions are told apart behind it: ",
    );
    let message = paths(message, all[index], all[other])
        .text(", and from ")
        .date(from)
        .text(" only ")
        .code(all[loser].path.text)
        .text(" is served");
    begin_with_a_segment(message, all[index])
        .text(", or serve ")
        .code(all[winner].path.text)
        .text(" from ")
        .date(from)
        .text(" too")
        .fail();
}

/// Whether endpoints before these two, of the same paths, have the same error.
const fn is_reported<const N: usize>(
    all: &[&Meta; N],
    order: &Order<N>,
    winner: usize,
    loser: usize,
) -> bool {
    let (winners, losers) = (order.of_shape(winner), order.of_shape(loser));
    if winners[0] < winner {
        return true;
    }
    let mut i = 0;
    while losers[i] < loser {
        if uncovered(all, winners, all[losers[i]].range).is_some() {
            return true;
        }
        i += 1;
    }
    false
}

/// The first version of `range` in which none of the endpoints `winners`, which have one path, is served.
///
/// A neutral endpoint is outside of versions, whatever else is served in some of them.
const fn uncovered(all: &[&Meta], winners: &[usize], range: Range) -> Option<Date> {
    let Range::Versions { since, until, .. } = range else { return None };
    let mut from = since;
    let mut i = 0;
    while i < winners.len() {
        match served_until(all[winners[i]].range, from) {
            Served::Always => return None,
            Served::Until(end) => {
                from = end;
                if let Some(until) = until
                    && until.number() <= from.number()
                {
                    return None;
                }
                // A range that was passed over may begin here.
                i = 0;
            }
            Served::Not => i += 1,
        }
    }
    Some(from)
}

/// How long a range holds from a version on.
enum Served {
    Always,
    Until(Date),
    Not,
}

const fn served_until(range: Range, from: Date) -> Served {
    let Range::Versions { since, until, .. } = range else { return Served::Always };
    match until {
        _ if since.number() > from.number() => Served::Not,
        None => Served::Always,
        Some(end) if end.number() > from.number() => Served::Until(end),
        Some(_) => Served::Not,
    }
}

const fn names(meta: &Meta, earlier: &Meta) -> Message {
    Message::new("").code(meta.name).text(" and ").code(earlier.name)
}

const fn paths(message: Message, meta: &Meta, earlier: &Meta) -> Message {
    message.code(meta.path.text).text(" and ").code(earlier.path.text)
}

const fn begin_with_a_segment(message: Message, meta: &Meta) -> Message {
    message.text("\nhelp: begin both with the same segment, as in `/api").text(meta.path.text).text("`")
}

const fn ends_in_wildcard(meta: &Meta) -> bool {
    let last = last_segment(meta.path.text).1.as_bytes();
    let mut i = 1;
    while i < last.len() {
        if last[i - 1] == b'{' && last[i] == b'*' {
            return true;
        }
        i += 1;
    }
    false
}

/// The path up to its last slash, and what follows it.
const fn last_segment(path: &str) -> (&str, &str) {
    let mut at = path.len();
    while at > 0 && path.as_bytes()[at - 1] != b'/' {
        at -= 1;
    }
    path.split_at(at)
}

#[cfg(test)]
mod tests;

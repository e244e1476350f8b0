//! What must hold of what changed about one endpoint.

use super::attr::{Change, Header, Request, Status};
use super::model::{Argument, Arguments, Older, Part, Past, Statement, Upgrade};
use crate::diag::{Sink, changed_messages as messages, endpoint_messages};
use crate::endpoint::expand::argument_types;
use crate::syntax::item_fn::Handler;
use crate::syntax::literals::DateLit;
use quote::ToTokens;
use std::ops::RangeInclusive;
use syn::{Expr, Ident, LitInt, LitStr, Type};

/// The statuses that an answer can have (RFC 9110 section 15); those below are not answers yet.
const STATUSES: RangeInclusive<u16> = 200..=599;

pub(crate) fn check(
    changes: Vec<Change>,
    since: &DateLit,
    until: Option<&DateLit>,
    handler: &Handler,
    sink: &mut Sink,
) -> Past {
    let mut dated: Vec<(DateLit, Change)> = changes
        .into_iter()
        .filter_map(|mut change| Some((date(&mut change, since, until, sink)?, change)))
        .collect();
    // Within one date, the order of answers: the reverse of what is written.
    dated.reverse();
    dated.sort_by_key(|(date, _)| std::cmp::Reverse(date.date));
    let (mut past, mut arguments) = (Past::default(), Arguments::of(handler));
    let mut next = arguments.parts.len() + arguments.last.len();
    for group in dated.chunk_by_mut(|(a, _), (b, _)| a.date == b.date) {
        let date = group[0].0.clone();
        let (mut upgrade, mut downgrade, mut taken) = (None, None, Taken::default());
        // Errors stand at what is written second.
        for (date, change) in group.iter_mut().rev() {
            let parts = parts(change, &mut taken, sink);
            if upgrade.is_none()
                && let Some(request) = change.request.take()
            {
                upgrade = upgraded(request, &mut arguments, &mut next, sink);
            }
            if let Some(response) = change.response.take() {
                downgrade = downgraded(&response.key, response.downgrade, change.reported, sink);
            }
            let note = change.note.take().and_then(|note| noted(&note, sink));
            past.statements.push(Statement { date: date.clone(), parts, note });
        }
        let begun = past.statements.len() - group.len();
        past.statements[begun..].reverse();
        past.older.push(Older { date, upgrade, downgrade, arguments: arguments.clone() });
    }
    past
}

/// The date of a change that says something.
fn date(change: &mut Change, since: &DateLit, until: Option<&DateLit>, sink: &mut Sink) -> Option<DateLit> {
    let Change { name, date, request, response, statuses, headers, note: _, reported } = change;
    if *reported {
        return None;
    }
    // changed(status(201, was = 200))
    let Some(date) = date.take() else {
        sink.push(messages::without_date(name));
        return None;
    };
    // changed(in = "2024-12-18")
    if request.is_none() && response.is_none() && statuses.is_empty() && headers.is_empty() {
        sink.push(messages::changes_nothing(name));
        return None;
    }
    // #[api_version(since = "2024-12-18", changed(in = "2024-12-18", ..))]
    if date.date <= since.date {
        sink.push(messages::not_after_since(&date, since.date));
        return None;
    }
    // #[api_version(since = "2024-01-15", until = "2024-12-18", changed(in = "2024-12-18", ..))]
    if let Some(until) = until
        && date.date >= until.date
    {
        sink.push(messages::not_before_until(&date, until.date));
        return None;
    }
    Some(date)
}

/// What has been changed on one date: each thing changes once.
#[derive(Default)]
struct Taken {
    request: bool,
    response: bool,
    statuses: Vec<u16>,
    new: Vec<String>,
    old: Vec<String>,
}

fn parts(change: &Change, taken: &mut Taken, sink: &mut Sink) -> Vec<Part> {
    let mut parts = Vec::new();
    // changed(in = "2024-12-18", request(..)), changed(in = "2024-12-18", request(..))
    if let Some(request) = &change.request {
        if std::mem::replace(&mut taken.request, true) {
            sink.push(messages::part_twice(&request.key, "the request"));
        }
        parts.push(Part::Request);
    }
    if let Some(response) = &change.response {
        if std::mem::replace(&mut taken.response, true) {
            sink.push(messages::part_twice(&response.key, "the answer"));
        }
        parts.push(Part::Response);
    }
    parts.extend(change.statuses.iter().filter_map(|status| status_part(status, taken, sink)));
    parts.extend(change.headers.iter().filter_map(|header| header_part(header, taken, sink)));
    parts
}

fn status_part(Status { new, old }: &Status, taken: &mut Taken, sink: &mut Sink) -> Option<Part> {
    let mut read = |literal: &LitInt| match literal.base10_parse::<u16>() {
        Ok(status) if STATUSES.contains(&status) => Some(status),
        // status(2001, was = 200)
        _ => {
            sink.push(messages::no_status(literal));
            None
        }
    };
    let (number, old_number) = (read(new)?, read(old)?);
    // status(201, was = 201)
    if number == old_number {
        sink.push(messages::same_status(old));
    }
    // status(201, was = 200), status(201, was = 202)
    if taken.statuses.contains(&number) {
        sink.push(messages::part_twice(new, format_args!("the status {number}")));
    }
    taken.statuses.push(number);
    Some(Part::Status { new: number, old: old_number })
}

fn header_part(Header { new, old }: &Header, taken: &mut Taken, sink: &mut Sink) -> Option<Part> {
    let mut read = |literal: &LitStr| {
        let name = literal.value();
        // header("Total Count", was = "X-Total")
        if name.is_empty() || !name.bytes().all(is_token) {
            sink.push(messages::no_header_name(literal));
            return None;
        }
        // header("Content-Length", was = none)
        if ["content-length", "transfer-encoding", "connection"].contains(&&*name.to_ascii_lowercase()) {
            sink.push(messages::header_of_the_connection(literal));
            return None;
        }
        Some(name)
    };
    let name = read(new)?;
    let old_name = match old {
        Some(old) => Some(read(old)?),
        None => None,
    };
    if let (Some(old), Some(old_name)) = (old, &old_name) {
        // header("Total-Count", was = "total-count")
        if old_name.eq_ignore_ascii_case(&name) {
            sink.push(messages::same_header(old));
        }
        // header("A", was = "X"), header("B", was = "X")
        if taken.old.contains(&old_name.to_ascii_lowercase()) {
            sink.push(messages::header_was_twice(old));
        }
        taken.old.push(old_name.to_ascii_lowercase());
    }
    // header("A", was = "X"), header("A", was = "Y")
    if taken.new.contains(&name.to_ascii_lowercase()) {
        sink.push(messages::part_twice(new, format_args!("the header {name:?}")));
    }
    taken.new.push(name.to_ascii_lowercase());
    Some(Part::Header { new: name, old: old_name })
}

/// A character of a token (RFC 9110 section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn upgraded(
    request: Request,
    arguments: &mut Arguments,
    next: &mut usize,
    sink: &mut Sink,
) -> Option<Upgrade> {
    let Request { key, was, into, upgrade } = request;
    // request(was(Query<Old>), upgrade = path)
    let (Some(was), Some(into), Some(function)) = (was, into, upgrade) else {
        sink.push(messages::request_without(&key));
        return None;
    };
    let number = |ty: Type| {
        *next += 1;
        Argument { number: *next - 1, ty }
    };
    let from: Vec<Argument> = was.into_iter().map(number).collect();
    let into = arguments.replace(&into, &from, sink)?;
    // A request of 17 extractors.
    if let Some(extra) = from.last()
        && arguments.parts.len() + arguments.last.len() > 16
    {
        sink.error(&extra.ty, endpoint_messages::TOO_MANY_ARGUMENTS);
    }
    Some(Upgrade { function, from, into })
}

fn downgraded(key: &Ident, downgrade: Option<Expr>, reported: bool, sink: &mut Sink) -> Option<Expr> {
    // response()
    if downgrade.is_none() && !reported {
        sink.push(messages::response_without(key));
    }
    downgrade
}

fn noted(note: &LitStr, sink: &mut Sink) -> Option<String> {
    let text = note.value().trim().to_owned();
    // changed(in = "2024-12-18", status(201, was = 200), note = "")
    if text.is_empty() {
        sink.push(messages::empty_note(note));
        return None;
    }
    Some(text)
}

impl Arguments {
    fn of(handler: &Handler) -> Self {
        let types = argument_types(handler).into_iter().enumerate();
        let mut parts: Vec<Argument> =
            types.map(|(number, ty)| Argument { number, ty: ty.clone() }).collect();
        let last = parts.pop().into_iter().collect();
        Self { parts, last }
    }

    /// Reads `from` in the place of the arguments of these types, and returns those.
    fn replace(&mut self, into: &[Type], from: &[Argument], sink: &mut Sink) -> Option<Vec<Argument>> {
        let mut replaced: Vec<Argument> = Vec::new();
        let mut clean = true;
        for ty in into {
            let same = |argument: &&Argument| text(&argument.ty) == text(ty);
            let found: Vec<&Argument> = self.parts.iter().chain(&self.last).filter(same).collect();
            match found[..] {
                [argument] if replaced.iter().any(|other| other.number == argument.number) => {
                    // into(Query<New>, Query<New>)
                    sink.push(messages::into_twice(ty));
                    clean = false;
                }
                [argument] => replaced.push(argument.clone()),
                // into(Query<Other>)
                [] => {
                    sink.push(messages::into_no_argument(ty));
                    clean = false;
                }
                // async fn a(first: HeaderMap, second: HeaderMap)
                _ => {
                    sink.push(messages::into_two_arguments(ty));
                    clean = false;
                }
            }
        }
        if !clean {
            return None;
        }
        let is_replaced = |argument: &Argument| replaced.iter().any(|other| other.number == argument.number);
        let place = self.parts.iter().position(is_replaced).unwrap_or(self.parts.len());
        self.parts.retain(|argument| !is_replaced(argument));
        self.last.retain(|argument| !is_replaced(argument));
        let (last, parts) = from.split_last()?;
        self.parts.splice(place..place, parts.iter().cloned());
        self.last.insert(0, last.clone());
        Some(replaced)
    }
}

fn text(ty: &Type) -> String {
    ty.to_token_stream().to_string()
}

//! The sentences of `changed(..)` in `#[api_version]`.

use crate::syntax::literals::DateLit;
use proc_macro2::Span;
use quote::ToTokens;
use std::fmt::Display;
use steadfast_core::Date;
use syn::{Error, Ident, LitInt, LitStr, Type};

fn at(tokens: impl ToTokens, message: impl Display) -> Error {
    Error::new_spanned(tokens, message)
}

pub(crate) fn malformed(key: &Ident, form: &str, span: Span, error: &dyn Display) -> Error {
    Error::new(span, format_args!("`{key}` cannot be read: {error}\nhelp: write `{form}`"))
}

pub(crate) fn empty_types(key: &Ident, form: &str) -> Error {
    at(
        key,
        format_args!(
            "`{key}` names no extractor, because an `upgrade` makes some of others\nhelp: write `{form}`"
        ),
    )
}

pub(crate) fn without_date(name: &Ident) -> Error {
    at(
        name,
        format_args!(
            "`{name}` needs `in`, because only versions before it see the older form\nhelp: write `{name}(in = \"2024-12-18\", ..)`"
        ),
    )
}

pub(crate) fn changes_nothing(name: &Ident) -> Error {
    at(
        name,
        format_args!(
            "`{name}` changes nothing, because it says neither how requests are read nor how answers look\nhelp: add `request(..)`, `response(..)`, `status(..)` or `header(..)`"
        ),
    )
}

pub(crate) fn not_after_since(date: &DateLit, since: Date) -> Error {
    at(
        &date.literal,
        format_args!(
            "`in` ({}) must be later than `since` ({since}), because only versions before it see the older form\nhelp: use a later version, or remove the change",
            date.date
        ),
    )
}

pub(crate) fn not_before_until(date: &DateLit, until: Date) -> Error {
    at(
        &date.literal,
        format_args!(
            "`in` ({}) must be earlier than `until` ({until}), because no version of the endpoint sees the newer form\nhelp: use an earlier version, or write the older form itself",
            date.date
        ),
    )
}

pub(crate) fn part_twice(tokens: impl ToTokens, what: impl Display) -> Error {
    at(
        tokens,
        format_args!(
            "{what} changes twice in one version, because versions before it see one older form\nhelp: join the two, or give one another `in`"
        ),
    )
}

// The request.

pub(crate) fn request_without(key: &Ident) -> Error {
    at(
        key,
        format_args!(
            "`{key}` needs `was`, `into` and `upgrade`, because older requests are read in their own form and made into arguments of the handler\nhelp: write `{key}(was(Query<Old>), into(Query<New>), upgrade = path)`"
        ),
    )
}

pub(crate) fn into_no_argument(ty: &Type) -> Error {
    at(
        ty,
        "no argument of the handler is spelled like this, because `into` names arguments by their types\nhelp: write the type as in the function, or as in `was(..)` of the next newer change",
    )
}

pub(crate) fn into_two_arguments(ty: &Type) -> Error {
    at(
        ty,
        "several arguments have this type, and `into` names arguments by their types, so that it could be any of them\nhelp: give one of them a type of its own, or read it once",
    )
}

pub(crate) fn into_twice(ty: &Type) -> Error {
    at(ty, "`into` names this type twice, because each argument is made once\nhelp: remove one of the two")
}

// The answer.

pub(crate) fn response_without(key: &Ident) -> Error {
    at(
        key,
        format_args!(
            "`{key}` needs `downgrade`, because something must make the older answer\nhelp: write `{key}(downgrade = path)`"
        ),
    )
}

pub(crate) fn no_status(literal: &LitInt) -> Error {
    at(
        literal,
        format_args!(
            "{literal} is no status of an answer, because those are 200 to 599 (RFC 9110 section 15)\nhelp: write `status(201, was = 200)`"
        ),
    )
}

pub(crate) fn same_status(literal: &LitInt) -> Error {
    at(
        literal,
        format_args!(
            "the status {literal} was the same before, so that nothing changes\nhelp: write the status that older clients hear, or remove it"
        ),
    )
}

pub(crate) fn no_header_name(literal: &LitStr) -> Error {
    at(
        literal,
        format_args!(
            "{:?} is no name of a header, because that is made of letters, digits and `-` (RFC 9110 section 5.1)\nhelp: write `header(\"Total-Count\", was = \"X-Total\")`",
            literal.value()
        ),
    )
}

pub(crate) fn header_of_the_connection(literal: &LitStr) -> Error {
    at(
        literal,
        format_args!(
            "{:?} cannot change, because it says how the answer is sent and not what it is\nhelp: remove it",
            literal.value()
        ),
    )
}

pub(crate) fn same_header(literal: &LitStr) -> Error {
    at(
        literal,
        format_args!(
            "the header {:?} had the same name before, because case does not count (RFC 9110 section 5.1)\nhelp: write the name that older clients know, or `was = none` if it was not there",
            literal.value()
        ),
    )
}

pub(crate) fn header_was_twice(literal: &LitStr) -> Error {
    at(
        literal,
        format_args!(
            "two headers were {:?} in one version, because an older client could not tell their values apart\nhelp: write `was = none` for one of them",
            literal.value()
        ),
    )
}

pub(crate) fn empty_note(note: &LitStr) -> Error {
    at(
        note,
        "the note says nothing, because clients read it in the changelog\nhelp: say what changes for them, or remove `note`",
    )
}

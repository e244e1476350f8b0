//! The sentences of the options of `#[idempotent]`.

use super::{nearest, one_of};
use crate::syntax::literals::DurationLit;
use proc_macro2::{Span, TokenTree};
use std::fmt::Display;
use steadfast_core::Date;
use syn::{Error, Ident, Lit, LitInt, LitStr, Type};

fn at(literal: &LitStr, message: impl Display) -> Error {
    Error::new(literal.span(), message)
}

pub(crate) fn unknown_choice(option: &str, text: &LitStr, choices: &[&str], other: &str) -> Error {
    let written = text.value();
    let help = if let Some(word) = nearest(&written, choices) {
        format!("did you mean \"{word}\"?")
    } else {
        let texts = choices.iter().map(|choice| format!("\"{choice}\""));
        let other = (!other.is_empty()).then(|| other.to_owned());
        format!("write {}", one_of(texts.chain(other)))
    };
    at(text, format_args!("`{option}` has no choice {written:?}\nhelp: {help}"))
}

pub(crate) fn not_a_value(word: &Ident, forms: &[&str]) -> Error {
    let help = one_of(forms);
    Error::new(word.span(), format_args!("`{word}` is not a value of this option\nhelp: write {help}"))
}

pub(crate) fn without_parentheses(word: &Ident, form: &str) -> Error {
    Error::new(
        word.span(),
        format_args!("`{word}` needs something in parentheses behind it\nhelp: write `{form}`"),
    )
}

pub(crate) fn more_than_one(extra: &TokenTree, form: &str) -> Error {
    Error::new(extra.span(), format_args!("one thing stands in these parentheses\nhelp: write `{form}`"))
}

pub(crate) fn long_wait(wait: &DurationLit) -> Error {
    at(
        &wait.literal,
        format_args!(
            "a request cannot wait {} for its twin, because gateways and clients give up long before\nhelp: write `wait(\"5s\")`, at most five minutes",
            wait.literal.value()
        ),
    )
}

pub(crate) fn no_statuses(key: &Ident) -> Error {
    Error::new(key.span(), format_args!("`{key}` names no status\nhelp: write `{key}(409)`, or remove it"))
}

pub(crate) fn no_headers(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format_args!("`{key}` names no header\nhelp: write `{key}(\"X-Request-Id\")`, or remove it"),
    )
}

pub(crate) fn not_a_final_status(status: &LitInt) -> Error {
    Error::new(
        status.span(),
        format_args!(
            "{status} is not the status of an answer, because those are 200 to 599 (RFC 9110 section 15)\nhelp: write it as in `keep(402)`"
        ),
    )
}

pub(crate) fn status_twice(literal: &LitInt, status: u16) -> Error {
    Error::new(
        literal.span(),
        format_args!("{status} stands in this list already\nhelp: remove one of the two"),
    )
}

pub(crate) fn kept_and_freed(literal: &LitInt, status: u16) -> Error {
    Error::new(
        literal.span(),
        format_args!(
            "an answer with status {status} is either kept or not, and `keep` names it too\nhelp: remove one of the two"
        ),
    )
}

pub(crate) fn stored_and_dropped(name: &LitStr) -> Error {
    at(
        name,
        format_args!(
            "the header {:?} is either kept or not, and `store_headers` names it too\nhelp: remove one of the two",
            name.value()
        ),
    )
}

pub(crate) fn multipart_without_fingerprint(ty: &Type) -> Error {
    Error::new_spanned(
        ty,
        "the parts of a multipart body stand between a text that clients make anew for each attempt, so that no retry would be the same request\nhelp: write `fingerprint = \"multipart\"` to compare the parts, or `fingerprint = \"raw\"` for clients that send the same bytes",
    )
}

pub(crate) fn fields_of_the_type(word: &Ident) -> Error {
    Error::new(
        word.span(),
        format_args!(
            "`{word}` is not a value of `fingerprint`, because the type of the body says which of its fields count\nhelp: derive `Fingerprint` on the type, and write `#[fingerprint(skip)]` on the fields that do not count"
        ),
    )
}

pub(crate) fn numbers_of_the_type(word: &LitStr) -> Error {
    at(
        word,
        "`fingerprint` has no choice \"jcs\", because the type of the body says how its numbers are compared\nhelp: remove the option, and derive `Fingerprint` on the type, so that bodies are compared as values",
    )
}

pub(crate) fn not_a_header(name: &LitStr) -> Error {
    at(
        name,
        format_args!(
            "{:?} is not the name of a header, because those are letters, digits and dashes (RFC 9110 section 5.1)\nhelp: write it as in \"Idempotency-Key\"",
            name.value()
        ),
    )
}

pub(crate) fn bad_pattern(pattern: &LitStr, error: &dyn Display) -> Error {
    at(
        pattern,
        format_args!(
            "the pattern of the key is not a regular expression: {error}\nhelp: write it as in `key = \"regex:[a-z0-9]{{16}}\"`"
        ),
    )
}

pub(crate) fn reference_without_answer(key: &Ident) -> Error {
    Error::new(
        key.span(),
        "a replay by reference needs an id, and this handler answers with nothing\nhelp: answer with `Referenced(id, answer)`, or remove `replay`",
    )
}

pub(crate) fn reference_of_unnamed(answer: &Type) -> Error {
    Error::new_spanned(
        answer,
        "a replay by reference needs an id, and `impl` hides whether this answer gives one\nhelp: write `Referenced<_, _>` with the types of the id and of the answer",
    )
}

pub(crate) fn reference_of_older_answers(reference: &Type, date: Date) -> Error {
    Error::new_spanned(
        reference,
        format_args!(
            "what is found by reference is the newest answer, and before {date} this handler answered with another type\nhelp: give the type of the answer a history with `#[versioned]` in place of the `response` of `changed`, or remove `replay`"
        ),
    )
}

pub(crate) fn recovers_unnamed(finder: &Type, date: Date) -> Error {
    Error::new_spanned(
        finder,
        format_args!(
            "what is found must be of the type that the handler returns, because `downgrade` makes of it what versions before {date} hear, and `impl` hides that type\nhelp: name the type of the answer in the signature, in place of `impl`"
        ),
    )
}

pub(crate) fn authorize_not_a_type(literal: &Lit) -> Error {
    Error::new(
        literal.span(),
        "`authorize` takes types, because they are extractors that refuse callers\nhelp: write `authorize(MayPay)`",
    )
}

pub(crate) fn authorizes_nothing(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`{key}` names no extractor\nhelp: write `{key}(MayPay)`, an extractor that refuses callers who may not, or remove it"
        ),
    )
}

pub(crate) fn global_without_authorize(scope: Span) -> Error {
    Error::new(
        scope,
        "`scope = global` replays to every caller who knows the key, because the handler's own extractors do not run on a replay\nhelp: write `scope = global, authorize(MayPay)` with an extractor that refuses callers who may not, or `scope = global, authorize(none)` if nobody needs an authorisation",
    )
}

pub(crate) fn none_beside_types(none: &Type) -> Error {
    Error::new_spanned(
        none,
        "`none` has no meaning beside an extractor, because it is the word for an endpoint that needs no authorisation\nhelp: remove one of the two",
    )
}

pub(crate) fn authorize_none_without_global(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`{key}(none)` has no meaning without `scope = global`, because only there a caller need not be known\nhelp: remove it"
        ),
    )
}

pub(crate) fn authorize_twice(ty: &Type) -> Error {
    Error::new_spanned(ty, "this extractor stands in `authorize` already\nhelp: remove one of the two")
}

pub(crate) fn authorize_is_the_scope(ty: &Type) -> Error {
    Error::new_spanned(
        ty,
        "the extractor of `scope` runs on every attempt by itself, because it says whose key it is\nhelp: remove it from `authorize`",
    )
}

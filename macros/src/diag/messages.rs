//! Every sentence that a user can be shown: the rule, then the reason, then `help:` with what to write.

pub(crate) mod claims;
pub(crate) mod constrained;
pub(crate) mod opaque;
pub(crate) mod positions;
pub(crate) mod replaced;
pub(crate) mod sensitive;
pub(crate) mod variants;
pub(crate) mod versioned;

use super::{nearest, one_of};
use crate::syntax::instant::InstantError;
use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use std::fmt::Display;
use steadfast_core::DateError;
use syn::{Error, Ident, LitStr};

// Argument lists.

pub(crate) fn unknown_argument(key: &Ident, attribute: &str, accepted: &[&str]) -> Error {
    let help = match nearest(&key.to_string(), accepted) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("`{attribute}` takes {}", one_of(accepted)),
    };
    Error::new(key.span(), format_args!("`{attribute}` has no argument `{key}`\nhelp: {help}"))
}

pub(crate) fn crate_path(key: &TokenTree, value: &TokenStream) -> Error {
    let span = value.clone().into_iter().next().map_or(key.span(), |token| token.span());
    Error::new(
        span,
        "`crate` takes a path, because the generated code begins its paths with it\n\
         help: write the name of the dependency without quotes, as in `crate = api`",
    )
}

pub(crate) fn repeated_argument(key: &Ident, attribute: &str) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`{key}` is given twice, because `{attribute}` takes each argument once\nhelp: remove one of the two"
        ),
    )
}

pub(crate) fn value_without_key(value: &Literal, attribute: &str, accepted: &[&str]) -> Error {
    Error::new(
        value.span(),
        format_args!(
            "{value} stands without a name, because `{attribute}` tells its arguments by name\nhelp: `{attribute}` takes {}",
            one_of(accepted)
        ),
    )
}

pub(crate) fn missing_value(key: &Ident, form: &str) -> Error {
    Error::new(key.span(), format_args!("`{key}` needs a value\nhelp: write `{form}`"))
}

pub(crate) fn missing_parentheses(key: &Ident, form: &str) -> Error {
    Error::new(key.span(), format_args!("`{key}` takes its value in parentheses\nhelp: write `{form}`"))
}

pub(crate) fn missing_list(key: &Ident, form: &str) -> Error {
    Error::new(key.span(), format_args!("`{key}` needs a list in parentheses\nhelp: write `{form}`"))
}

pub(crate) fn malformed_value(key: &Ident, form: &str, span: Span, error: &Error) -> Error {
    Error::new(span, format_args!("the value of `{key}` cannot be read: {error}\nhelp: write `{form}`"))
}

// Literals.

pub(crate) fn bad_date(literal: &LitStr, error: DateError) -> Error {
    let help = match error {
        DateError::NoSuchDay => "use a day that exists",
        _ => "write it as in \"2024-12-18\"",
    };
    Error::new(literal.span(), format_args!("{:?} is not a date: {error}\nhelp: {help}", literal.value()))
}

pub(crate) fn bad_instant(literal: &LitStr, error: InstantError) -> Error {
    let (why, help) = match error {
        InstantError::NoSuchDay => ("the calendar has no such day", "use a day that exists"),
        InstantError::NoSuchTime => ("the day has no such time", "use a time from 00:00 to 23:59"),
        InstantError::Form => {
            ("a moment is written YYYY-MM-DDTHH:MMZ, in UTC", "write it as in \"2025-06-01T14:00Z\"")
        }
    };
    Error::new(literal.span(), format_args!("{:?} is not a moment: {why}\nhelp: {help}", literal.value()))
}

pub(crate) fn bad_duration(literal: &LitStr, error: &dyn Display) -> Error {
    Error::new(
        literal.span(),
        format_args!(
            "{:?} is not a length of time: {error}\nhelp: write a number and a unit, as in \"24h\", \"90s\" or \"1day 12h\"",
            literal.value()
        ),
    )
}

pub(crate) fn calendar_duration(literal: &LitStr) -> Error {
    Error::new(
        literal.span(),
        format_args!(
            "{:?} is not a length of time, because months and years differ in length\nhelp: write it in days, as in \"30days\"",
            literal.value()
        ),
    )
}

pub(crate) fn zero_duration(literal: &LitStr) -> Error {
    Error::new(
        literal.span(),
        "the length of time is zero, so that it ends as it begins\nhelp: write how long, as in \"24h\"",
    )
}

pub(crate) fn endless_duration(literal: &LitStr) -> Error {
    Error::new(
        literal.span(),
        "the length of time is longer than 136 years\nhelp: write how long a retry can come late, as in \"24h\"",
    )
}

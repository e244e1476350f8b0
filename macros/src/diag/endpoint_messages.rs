//! The sentences of `#[get]` and its siblings, `#[api_version]`, `#[idempotent]` and `endpoints!`.

use crate::syntax::literals::{DateLit, DurationLit};
use proc_macro2::TokenStream;
use std::fmt::Display;
use steadfast_core::Date;
use syn::{Error, Ident, Lit, LitStr};

fn at(literal: &LitStr, message: impl Display) -> Error {
    Error::new(literal.span(), message)
}

// The function.

pub(crate) fn not_a_function(word: &str, item: &TokenStream) -> Error {
    let first = item.clone().into_iter().next();
    Error::new_spanned(
        first,
        format_args!(
            "`#[{word}]` belongs on a free async function, because that is what answers a request\nhelp: move it above an `async fn`"
        ),
    )
}

pub(crate) const NOT_ASYNC: &str = "a handler is async, because it may have to wait\nhelp: write `async fn`";

pub(crate) const UNSAFE: &str = "a handler is not `unsafe`, because the router calls it with whatever a client sends\nhelp: remove `unsafe`";

pub(crate) const LIFETIME: &str = "a handler has no lifetime parameters, because its arguments outlive the request\nhelp: take owned values";

pub(crate) const METHOD: &str = "a handler has no `self`, because the router calls it by itself\nhelp: write a free function and take `State` for what it needs";

pub(crate) const REFERENCE: &str = "an argument of a handler is not a reference, because extractors make owned values\nhelp: take the owned type";

pub(crate) const IMPL_TRAIT: &str = "an argument of a handler has a named type, because the type says what to extract\nhelp: write the type of the extractor";

pub(crate) const TOO_MANY_ARGUMENTS: &str = "a handler has at most 16 arguments, because that is what extraction is implemented for\nhelp: join some in a struct that is an extractor";

// The attributes.

pub(crate) fn attribute_twice(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`#[{name}]` is given twice, because it takes all its arguments at once\nhelp: join the two"
        ),
    )
}

pub(crate) fn second_method(second: &Ident, first: &Ident) -> Error {
    Error::new(
        second.span(),
        format_args!(
            "a handler answers one method and path, because each has its own history, and `#[{first}]` is here already\nhelp: write a second function that calls this one"
        ),
    )
}

pub(crate) fn without_method(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`#[{name}]` needs to know the method and path, because it belongs to an endpoint\nhelp: add `#[post(\"/path\")]` or a sibling"
        ),
    )
}

pub(crate) fn method_without_path(name: &Ident, args: &TokenStream) -> Error {
    let span = args.clone().into_iter().next().map_or_else(|| name.span(), |token| token.span());
    Error::new(
        span,
        format_args!("`{name}` takes a path and nothing else\nhelp: write `#[{name}(\"/path\")]`"),
    )
}

// The path.

pub(crate) fn path_without_slash(path: &LitStr) -> Error {
    at(
        path,
        format_args!(
            "a path begins with `/`, because it is matched from the start\nhelp: write \"/{}\"",
            path.value()
        ),
    )
}

pub(crate) fn path_character(path: &LitStr, bad: char) -> Error {
    at(
        path,
        format_args!(
            "a path cannot hold {bad:?}, because no request path does (RFC 3986)\nhelp: percent-encode it, or extract it from the query"
        ),
    )
}

pub(crate) fn path_old_parameter(path: &LitStr, segment: &str) -> Error {
    let name = segment.trim_start_matches([':', '*']);
    let written = if segment.starts_with('*') { format!("{{*{name}}}") } else { format!("{{{name}}}") };
    at(
        path,
        format_args!("a parameter stands in braces, because axum 0.8 reads it so\nhelp: write `{written}`"),
    )
}

pub(crate) fn path_unbalanced(path: &LitStr) -> Error {
    at(
        path,
        "a brace of the path has no partner, because a parameter is written `{name}`\nhelp: close it, or double it to mean the brace itself",
    )
}

pub(crate) fn path_parameter_name(path: &LitStr, name: &str) -> Error {
    at(
        path,
        format_args!(
            "`{{{name}}}` is not a parameter, because it has no name\nhelp: write `{{id}}` for one segment or `{{*rest}}` for all that follow"
        ),
    )
}

pub(crate) fn path_wildcard_inside(path: &LitStr, name: &str) -> Error {
    at(
        path,
        format_args!(
            "`{{{name}}}` must stand last, because it takes all that follows\nhelp: move it to the end"
        ),
    )
}

pub(crate) fn path_after_parameter(path: &LitStr, name: &str, after: &str) -> Error {
    at(
        path,
        format_args!(
            "`{after}` follows `{{{name}}}` in one segment, because a parameter takes the segment to its end\nhelp: end the segment behind `{{{name}}}`, and take `{after}` off its value"
        ),
    )
}

pub(crate) fn path_parameter_twice(path: &LitStr, name: &str) -> Error {
    at(
        path,
        format_args!(
            "the parameter `{name}` stands twice in the path, because a name means one segment\nhelp: rename one"
        ),
    )
}

// `#[api_version]`.

pub(crate) fn neutral_with_other(neutral: &Ident, other: &Ident) -> Error {
    Error::new(
        other.span(),
        format_args!(
            "`{other}` has no meaning beside `{neutral}`, because a neutral endpoint never looks at the version\nhelp: remove one of the two"
        ),
    )
}

pub(crate) fn without_since(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`{name}` needs the first version, because an endpoint begins in one\nhelp: write `since = \"2024-12-18\"`, or `neutral` for an endpoint outside of versions"
        ),
    )
}

pub(crate) fn until_not_after_since(until: &DateLit, since: Date) -> Error {
    at(
        &until.literal,
        format_args!(
            "`until` ({}) must be later than `since` ({since}), because it names the first version without the endpoint\nhelp: use a later version, or remove `until`",
            until.date
        ),
    )
}

pub(crate) fn not_after(key: &Ident, date: &DateLit, word: &str, floor: Date) -> Error {
    let help = if key == "deprecated" {
        "use a later day".to_owned()
    } else {
        format!("swap the two dates, or drop `{key}` if this endpoint has no end of life")
    };
    let rule = if key == "deprecated" { "must not be earlier than" } else { "must be later than" };
    at(&date.literal, format_args!("`{key}` ({}) {rule} `{word}` ({floor})\nhelp: {help}", date.date))
}

// `#[idempotent]`.

pub(crate) fn idempotent_safe_method(name: &Ident, method: &Ident) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`#[{name}]` has no use on `#[{method}]`, because a safe method has no effect that a retry could repeat (RFC 9110 section 9.2.1)\nhelp: remove it"
        ),
    )
}

pub(crate) fn without_ttl(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`{name}` needs to know how long a record is kept, because after that a retry runs again\nhelp: write `ttl = \"24h\"`"
        ),
    )
}

pub(crate) fn without_ttl_and_scope(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`{name}` needs to know how long a record is kept and whose key it is, because neither has a safe default\nhelp: write `#[{name}(ttl = \"24h\", scope = Merchant)]`, with an extractor that implements `Scope`"
        ),
    )
}

pub(crate) fn scope_not_a_type(literal: &Lit) -> Error {
    Error::new(
        literal.span(),
        "a scope is a type, because it is an extractor that says who calls\nhelp: write `scope = Merchant`, or `scope = none` if callers cannot be told apart",
    )
}

pub(crate) fn without_scope(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`{name}` needs to know whose key it is, because a stored answer must not reach another caller\nhelp: write `scope = Merchant`, an extractor that implements `Scope`, or `scope = none` if callers cannot be told apart"
        ),
    )
}

pub(crate) fn lease_not_shorter(lease: &DurationLit, ttl: &DurationLit) -> Error {
    at(
        &lease.literal,
        format_args!(
            "`lease` ({}) must be shorter than `ttl` ({}), because it bounds a run and not the life of its record\nhelp: write `lease = \"60s\"`",
            lease.literal.value(),
            ttl.literal.value()
        ),
    )
}

pub(crate) fn ttl_not_longer_than_default_lease(ttl: &DurationLit) -> Error {
    at(
        &ttl.literal,
        format_args!(
            "`ttl` ({}) must be longer than `lease`, which is 60s unless written, because a record outlives its run\nhelp: write `ttl = \"24h\"`, or a shorter `lease`",
            ttl.literal.value()
        ),
    )
}

pub(crate) fn empty_operation(operation: &LitStr) -> Error {
    at(
        operation,
        "the operation has no name, because an empty one would be shared by mistake\nhelp: write `operation = \"create_payment\"`, or remove it",
    )
}

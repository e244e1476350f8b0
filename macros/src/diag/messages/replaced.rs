//! The sentences of `#[replaced(..)]`.

use super::versioned::type_text;
use crate::syntax::literals::DateLit;
use proc_macro2::Span;
use steadfast_core::Date;
use syn::{Error, Ident, Path, Type};

pub(crate) fn belongs_on_the_type(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`replaced` stands on a type, because it is about the whole of it\n\
         help: write `changed` on a field, or `replaced` above the type",
    )
}

pub(crate) fn replaced_twice(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "a type is replaced once, because before that another type stood in its place\n\
         help: write the earlier `replaced` on the older type",
    )
}

pub(crate) fn missing_was(span: Span) -> Error {
    Error::new(span, "`replaced` needs `was`, the type that stood here before\nhelp: add `was(Type)`")
}

pub(crate) fn was_without_type(key: &Ident) -> Error {
    Error::new(key.span(), "`was` names no type\nhelp: write `was(Type)`")
}

pub(crate) fn several_types(second: &Type) -> Error {
    Error::new_spanned(
        second,
        "`replaced` has one older type, because a body is one value\n\
         help: write a tuple, `was((A, B))`, if the body was an array of these",
    )
}

pub(crate) fn missing_functions(span: Span, own: &str, old: &Type, upgrade: bool, downgrade: bool) -> Error {
    let old = type_text(old);
    let up = format!("`upgrade = upgrade` and `fn upgrade(older: {old}) -> {own}`");
    let down = format!("`downgrade = downgrade` and `fn downgrade(head: &{own}) -> {old}`");
    Error::new(
        span,
        match (upgrade, downgrade) {
            (true, true) => format!(
                "`replaced` needs `upgrade` and `downgrade`, because clients of earlier versions send and see the older type\n\
             help: add {up}\n\
             help: add {down}"
            ),
            (true, false) => format!(
                "`replaced` needs `upgrade`, because requests of earlier versions bring the older type\nhelp: add {up}"
            ),
            _ => format!(
                "`replaced` needs `downgrade`, because responses to earlier versions show the older type\nhelp: add {down}"
            ),
        },
    )
}

pub(crate) fn older_than_the_type(older: &DateLit, replaced: Date, ty: &Type) -> Error {
    let (ty, date) = (type_text(ty), older.date);
    Error::new(
        older.literal.span(),
        format_args!(
            "nothing of this type changed in {date}, because before {replaced} the whole body was `{ty}`\n\
             help: declare the change on the older type, or give it a date after {replaced}"
        ),
    )
}

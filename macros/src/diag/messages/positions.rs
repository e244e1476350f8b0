//! The sentences of `#[versioned]` on a tuple struct.

use proc_macro2::Span;
use syn::{Error, Ident, Type};

pub(crate) fn on_the_struct(span: Span, word: &str) -> Error {
    Error::new(
        span,
        format_args!(
            "`{word}` does not stand on a tuple struct, because its positions have no names to speak of\n\
             help: write it on the position that changed, or `replaced` if the whole was another type"
        ),
    )
}

pub(crate) fn no_name(span: Span, word: &str) -> Error {
    Error::new(
        span,
        format_args!(
            "`{word}` is about names, and a position has none\n\
             help: write `changed` if its type changed, or `replaced` on the struct if there were other positions"
        ),
    )
}

pub(crate) fn several_types(second: &Type) -> Error {
    Error::new_spanned(
        second,
        "a position has one type, because the ones behind it would move\n\
         help: write a tuple, `was((A, B))`, or `replaced` on the struct",
    )
}

pub(crate) fn added_in_between(span: Span) -> Error {
    Error::new(
        span,
        "`added` stands on the last positions of a tuple struct, because the ones behind it would move\n\
         help: move the position to the end, or write `replaced` on the struct",
    )
}

pub(crate) fn added_alone(span: Span) -> Error {
    Error::new(
        span,
        "the first position of a tuple struct cannot be `added`, because nothing would be left without it\n\
         help: write `changed` if its type changed, or `replaced` on the struct",
    )
}

pub(crate) fn container_default(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        "`#[serde(default)]` on the whole of a versioned tuple struct does not say which positions an older body may lack\n\
         help: write `#[serde(default)]` on the last positions",
    )
}

//! The sentences of `#[derive(Change)]`.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Error, Ident, LitStr, Path};

pub(crate) fn not_a_struct(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "`Change` is derived on a unit struct, because a change is one thing that applies or does not\nhelp: write `struct {ident};`, and one such struct for each change"
        ),
    )
}

pub(crate) fn fields(ident: &Ident) -> String {
    format!(
        "a change has no fields, because it is a name for a day and nothing else\nhelp: write `struct {ident};`"
    )
}

pub(crate) const GENERICS: &str =
    "a change has no generic parameters, because it belongs to one timeline\nhelp: remove them";

pub(crate) fn without_attribute(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "the change `{ident}` needs its timeline and day, because it lacks `#[change]`\nhelp: write `#[change(Version, in = \"2025-09-30\")]` above it"
        ),
    )
}

pub(crate) fn without_timeline(span: Span) -> Error {
    Error::new(
        span,
        "`change` begins with the timeline, because the day of a change is one of its versions\nhelp: write `#[change(Version, in = \"2025-09-30\")]`, with the enum that derives `ApiVersions`",
    )
}

pub(crate) fn timeline_without_comma(span: Span, timeline: &Path) -> Error {
    let name = timeline.to_token_stream().to_string().replace(' ', "");
    Error::new(
        span,
        format_args!(
            "expected `,` after `{name}`\nhelp: separate the arguments of `change` with commas, as in `#[change({name}, in = \"2025-09-30\")]`"
        ),
    )
}

pub(crate) fn without_in(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`{name}` needs the version that brought the change, because older clients must not see it\nhelp: add `in = \"2025-09-30\"`"
        ),
    )
}

pub(crate) fn without_note(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`{name}` needs a sentence about the change, because clients read it before they move to the version\nhelp: add `note = \"Prices include tax.\"`, or a doc comment above"
        ),
    )
}

pub(crate) fn empty_note(note: &LitStr) -> Error {
    Error::new(
        note.span(),
        "the note is empty, because clients read it before they move to the version\nhelp: write what changes for them, as in \"Prices include tax.\"",
    )
}

//! The sentences of `#[derive(Fingerprint)]`.

use super::nearest;
use crate::syntax::words;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Error, Ident, Path};

const FORM: &str = "write `#[fingerprint(skip)]`";

pub(crate) fn above_versioned(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`Fingerprint` is derived above `#[versioned]`, and so does not see the names that fields had before\nhelp: write `#[versioned]` above the derive",
    )
}

pub(crate) fn without_word(path: &Path) -> Error {
    Error::new_spanned(path, format_args!("`fingerprint` needs a word that says what it does\nhelp: {FORM}"))
}

pub(crate) fn not_one_word(attribute: &Attribute, tokens: &TokenStream) -> Error {
    let at = if tokens.is_empty() { attribute.path().to_token_stream() } else { tokens.clone() };
    Error::new_spanned(at, format_args!("`fingerprint` takes one word\nhelp: {FORM}"))
}

pub(crate) fn unknown_word(word: &Ident) -> Error {
    let help = match nearest(&word.to_string(), &[words::SKIP]) {
        Some(word) => format!("did you mean `{word}`?"),
        None => FORM.to_owned(),
    };
    Error::new(
        word.span(),
        format_args!("`{word}` is nothing that `fingerprint` can do with a field\nhelp: {help}"),
    )
}

pub(crate) fn not_on_a_field(path: &Path, on: &str) -> Error {
    Error::new_spanned(
        path,
        format_args!(
            "`fingerprint` stands on {on}, and says of single fields that they do not count when a retry is compared\nhelp: write it on the fields that may differ"
        ),
    )
}

pub(crate) fn nothing_left(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "this field is all that is written of its type, so that nothing would be left to compare\nhelp: write `#[fingerprint(skip)]` on the fields that have this type",
    )
}

pub(crate) fn flattened(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "the members of a flattened field stand among those around it, and cannot be left out by its name\nhelp: derive `Fingerprint` on its type, and write `#[fingerprint(skip)]` on the fields there",
    )
}

pub(crate) fn read_as_another(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`{key}` has this type read as another, whose fields are those on the wire\nhelp: remove `Fingerprint` here, and use a type without `{key}` for the body"
        ),
    )
}

pub(crate) fn untagged_variant(key: &Ident) -> Error {
    Error::new(
        key.span(),
        "a variant that nothing tells apart may be any of the others, so that it is not known which of its fields count\nhelp: give it a name on the wire, or remove `Fingerprint`",
    )
}

pub(crate) fn parameter(parameter: &Ident) -> Error {
    Error::new(
        parameter.span(),
        format_args!(
            "nobody knows which fields of `{parameter}` count when a retry is compared, because it can be any type\nhelp: derive `Fingerprint` on a type that names what it holds"
        ),
    )
}

pub(crate) fn both(ident: &Ident, name: &str) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "{name:?} is the name on the wire of a field of `{ident}` that counts and of one that does not, and a body does not say which of them it means\nhelp: give one of the two another name, or treat them alike"
        ),
    )
}

pub(crate) fn union(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        "`Fingerprint` is derived on the type of a body, which is a struct or an enum\nhelp: make it a struct",
    )
}

pub(crate) fn without_derive(path: &Path, ident: &Ident) -> Error {
    Error::new_spanned(
        path,
        format_args!(
            "`fingerprint` means nothing without its derive\nhelp: add `Fingerprint` to the derives of `{ident}`"
        ),
    )
}

pub(crate) fn not_read(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`Fingerprint` says which fields of a request count, and this type is never read\nhelp: derive `Deserialize` too, or remove it",
    )
}

pub(crate) fn versioned_enum(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`Fingerprint` does not know the names that the variants of a `#[versioned]` enum had before\nhelp: derive it on the types that its variants hold, or on a type around it that skips it as a whole",
    )
}

pub(crate) fn versioned_replaced(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`Fingerprint` does not know the fields of the type that stood here before, because `replaced` names another\nhelp: remove it, or list what counts in `#[idempotent(fingerprint = fields(\"/…\"))]`",
    )
}

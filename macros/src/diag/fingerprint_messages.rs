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

pub(crate) fn parameter(parameter: &Ident) -> Error {
    Error::new(
        parameter.span(),
        format_args!(
            "nobody knows which fields of `{parameter}` count when a retry is compared, because it can be any type\nhelp: derive `Fingerprint` on a type that names what it holds"
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

pub(crate) fn not_written(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`Fingerprint` has requests compared as values, and this type is never written\nhelp: derive `Serialize` too, or remove it",
    )
}

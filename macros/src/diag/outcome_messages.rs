//! The sentences of `#[derive(Outcome)]`.

use super::nearest;
use crate::syntax::words;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Error, Ident};

const WORDS: [&str; 4] = [words::FINAL, words::RETRYABLE, words::INDETERMINATE, words::INNER];

const FORM: &str = "write `#[outcome(final)]`, `#[outcome(retryable)]` or `#[outcome(indeterminate)]`";

pub(crate) fn union(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        "`Outcome` is derived on an error, which is an enum or a struct\nhelp: make it an enum, with a variant for each way to fail",
    )
}

pub(crate) fn says_nothing(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "`{ident}` says of no error what became of the operation, because no variant has `#[outcome(..)]`\nhelp: write `#[outcome(retryable)]` on those after which a retry shall run again, or remove the derive: then the status of the answer decides"
        ),
    )
}

pub(crate) fn without_word(attribute: &Attribute) -> Error {
    Error::new_spanned(
        attribute.path(),
        format_args!("`outcome` needs to know what became of the operation\nhelp: {FORM}"),
    )
}

pub(crate) fn not_one_word(attribute: &Attribute, tokens: &TokenStream) -> Error {
    let at = if tokens.is_empty() { attribute.path().to_token_stream() } else { tokens.clone() };
    Error::new_spanned(at, format_args!("`outcome` takes one word\nhelp: {FORM}"))
}

pub(crate) fn unknown_word(word: &Ident) -> Error {
    let help = match nearest(&word.to_string(), &WORDS) {
        Some(word) => format!("did you mean `{word}`?"),
        None => FORM.to_owned(),
    };
    Error::new(word.span(), format_args!("`{word}` is nothing that can become of an operation\nhelp: {help}"))
}

pub(crate) fn inner_of_none(word: &Ident) -> Error {
    Error::new(
        word.span(),
        format_args!(
            "`inner` belongs on a variant with one field, because that is asked what became of the operation\nhelp: {FORM}"
        ),
    )
}

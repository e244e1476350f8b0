//! Errors: collected while checking, printed all at once, never instead of the user's item.

pub(crate) mod change_messages;
pub(crate) mod changed_messages;
pub(crate) mod endpoint_messages;
pub(crate) mod fingerprint_messages;
pub(crate) mod idempotent_messages;
pub(crate) mod messages;
pub(crate) mod outcome_messages;
pub(crate) mod version_messages;

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::{Display, Write as _};

/// Collects the errors of one macro call. Dropping it unread is a bug of the macro.
#[must_use]
pub(crate) struct Sink {
    errors: Option<Vec<syn::Error>>,
}

impl Sink {
    pub(crate) fn new() -> Self {
        Self { errors: Some(Vec::new()) }
    }

    /// Records `message` at `tokens`, which are the smallest that are at fault.
    // `TokenStream` first, so that `Error::new_spanned` is instantiated once.
    pub(crate) fn error(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens.into_token_stream(), message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.get_or_insert_default().push(error);
    }

    /// The value, or `None` with its error recorded.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.errors.as_ref().is_none_or(Vec::is_empty)
    }

    pub(crate) fn len(&self) -> usize {
        self.errors.as_ref().map_or(0, Vec::len)
    }

    /// What was recorded, for another sink.
    pub(crate) fn into_errors(mut self) -> Vec<syn::Error> {
        self.errors.take().unwrap_or_default()
    }

    /// The tokens that print what was recorded; empty if nothing was.
    pub(crate) fn finish(mut self) -> TokenStream {
        self.errors.take().unwrap_or_default().iter().map(syn::Error::to_compile_error).collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        assert!(
            self.errors.is_none() || std::thread::panicking(),
            "steadfast-macros dropped its errors unread; please report this"
        );
    }
}

/// `` `a`, `b` or `c` ``.
pub(crate) fn one_of<T: Display>(words: impl IntoIterator<Item = T>) -> String {
    join(words, "or")
}

/// `` `a`, `b` and `c` ``.
pub(crate) fn all_of<T: Display>(words: impl IntoIterator<Item = T>) -> String {
    join(words, "and")
}

fn join<T: Display>(words: impl IntoIterator<Item = T>, last: &str) -> String {
    let words: Vec<T> = words.into_iter().collect();
    let mut text = String::new();
    for (i, word) in words.iter().enumerate() {
        let lead = match i {
            0 => String::new(),
            _ if i + 1 == words.len() => format!(" {last} "),
            _ => ", ".to_owned(),
        };
        let _ = write!(text, "{lead}`{word}`");
    }
    text
}

/// The accepted word nearest to a misspelt one, if one is near.
pub(crate) fn nearest<'a>(word: &str, accepted: &[&'a str]) -> Option<&'a str> {
    accepted
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_prose() {
        assert_eq!(one_of(["a"]), "`a`");
        assert_eq!(one_of(["a", "b"]), "`a` or `b`");
        assert_eq!(all_of(["a", "b", "c"]), "`a`, `b` and `c`");
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        assert_eq!(nearest("sunest", &["since", "sunset", "until"]), Some("sunset"));
        assert_eq!(nearest("colour", &["since", "sunset", "until"]), None);
    }
}

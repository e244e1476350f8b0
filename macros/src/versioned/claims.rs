//! What a statement says about itself: a note for clients, and whether values survive the change.

use super::attr::Verb;
use crate::diag::{Sink, messages::claims as messages};
use crate::syntax::args::{self, Arg};
use crate::syntax::words;
use syn::parse::ParseStream;
use syn::{Ident, LitStr};

/// `note = ".."`, `lossless`, `lossy = ".."`, as written.
#[derive(Default)]
pub(super) struct Claims {
    note: Option<LitStr>,
    lossless: Option<Ident>,
    lossy: Option<Arg<LitStr>>,
}

/// What becomes of a value that is converted and converted back.
#[derive(Clone)]
pub(super) enum Law {
    /// It is the same.
    Lossless,
    /// The one side has no place for it, and the other side's default takes it.
    Defaulted,
    /// It is another, for this reason.
    Lossy(String),
    /// Nothing is said about it.
    Unclaimed,
}

/// What holds of one change.
#[derive(Clone)]
pub(super) struct Claim {
    pub(super) law: Law,
    pub(super) note: Option<String>,
}

impl Claims {
    pub(super) fn accepts(key: &Ident) -> bool {
        [words::NOTE, words::LOSSLESS, words::LOSSY].iter().any(|word| key == word)
    }

    pub(super) fn read(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        if key == words::NOTE {
            self.note =
                Some(args::value(key, input, "note = \"Amounts carry their currency.\"", text)?.value);
        } else if key == words::LOSSY {
            self.lossy = Some(args::value(key, input, "lossy = \"fractions of a cent are lost\"", text)?);
        } else {
            self.lossless = Some(key.clone());
        }
        Ok(())
    }

    /// What the claims must not say, given the statement that they stand in.
    pub(super) fn check(&self, verb: Verb, is_defaulted: bool, sink: &mut Sink) {
        match (&self.lossless, &self.lossy) {
            // #[changed(in = .., was(..), .., lossless, lossy = "..")]
            (Some(lossless), Some(_)) => sink.push(messages::lossless_and_lossy(lossless)),
            // #[added(in = .., default, lossless)]
            (Some(lossless), None) if verb == Verb::Added => sink.push(messages::added_lossless(lossless)),
            // #[removed(in = .., was(legacy: u64), default, lossless)]
            (Some(lossless), None) if verb == Verb::Removed && is_defaulted => {
                sink.push(messages::removed_lossless(lossless));
            }
            // #[renamed(in = .., was(customer), lossy = "..")]
            (None, Some(lossy)) if verb == Verb::Renamed => sink.push(messages::renamed_lossy(&lossy.key)),
            _ => {}
        }
    }

    pub(super) fn claim(&self, verb: Verb, is_defaulted: bool) -> Claim {
        let law = match (&self.lossless, &self.lossy) {
            (_, Some(reason)) => Law::Lossy(reason.value.value().trim().to_owned()),
            (Some(_), None) => Law::Lossless,
            (None, None) => match verb {
                Verb::Renamed => Law::Lossless,
                Verb::Added => Law::Defaulted,
                Verb::Removed if is_defaulted => Law::Defaulted,
                Verb::Removed | Verb::Changed => Law::Unclaimed,
            },
        };
        Claim { law, note: self.note.as_ref().map(|note| note.value().trim().to_owned()) }
    }
}

pub(super) fn text(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let text = input.parse::<LitStr>()?;
    // #[renamed(in = .., was(customer), note = " ")]
    if text.value().trim().is_empty() { Err(messages::empty_text(&text)) } else { Ok(text) }
}

//! The statements of an enum's history, as written.

use super::super::attr::Verb;
use super::super::claims::{Claim, Claims};
use super::tagging::Tagging;
use crate::diag::Sink;
use crate::diag::messages::{self as common, variants as messages};
use crate::syntax::args::{self, Arg};
use crate::syntax::literals::DateLit;
use crate::syntax::words;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{Parse as _, ParseStream};
use syn::{Attribute, Expr, Fields, Ident, Meta, Variant, parenthesized};

/// One statement, on the enum or on a variant.
pub(super) struct Statement {
    /// Of the word `added`, `renamed`, ...
    pub(super) span: Span,
    pub(super) date: DateLit,
    pub(super) claim: Claim,
    pub(super) change: Change,
}

pub(super) enum Change {
    /// On a variant, with what older clients see in its place.
    Added { was: Option<Arg<Ident>>, downgrade: Option<Arg<Expr>> },
    /// On a variant; the old one has no payload of its own.
    Renamed { was: Variant },
    /// On the enum.
    Removed { was: Variant, upgrade: Option<Arg<Expr>> },
    /// On the enum, with the word `was`.
    Retagged { was: Arg<Tagging> },
}

pub(crate) fn is_retagged(attribute: &Attribute) -> bool {
    attribute.path().is_ident(words::RETAGGED)
}

/// The variant of `#[versioned(open = Unknown)]`.
pub(super) fn open(args: &TokenStream, sink: &mut Sink) -> Option<Ident> {
    let mut open = None;
    args::parse(args.clone(), words::VERSIONED, &[words::OPEN], sink, |key, input| {
        open = Some(args::value(key, input, "open = Unknown", Ident::parse)?.value);
        Ok(())
    });
    open
}

/// The word `open` where a struct has it.
pub(crate) fn open_of_a_struct(args: &TokenStream) -> Option<Ident> {
    match args.clone().into_iter().next() {
        Some(TokenTree::Ident(word)) if word == words::OPEN => Some(word),
        _ => None,
    }
}

impl Statement {
    /// Reads what stands on the enum itself.
    pub(super) fn of_the_enum(attribute: &Attribute, sink: &mut Sink) -> Option<Self> {
        let word = attribute.path().get_ident()?;
        match Verb::of(attribute) {
            Some(Verb::Removed) => Self::removed(attribute, word, sink),
            Some(_) => {
                sink.push(messages::belongs_on_a_variant(word));
                None
            }
            None if is_retagged(attribute) => Self::retagged(attribute, word, sink),
            None => None,
        }
    }

    /// Reads what stands on a variant.
    pub(super) fn of_a_variant(attribute: &Attribute, variant: &Variant, sink: &mut Sink) -> Option<Self> {
        let word = attribute.path().get_ident()?;
        match Verb::of(attribute) {
            Some(Verb::Added) => Self::added(attribute, word, sink),
            Some(Verb::Renamed) => Self::renamed(attribute, word, sink),
            Some(Verb::Removed) => {
                sink.push(messages::removed_on_a_variant(word));
                None
            }
            Some(Verb::Changed) => {
                sink.push(messages::changed_on_a_variant(word, &variant.ident));
                None
            }
            None if is_retagged(attribute) => {
                sink.push(messages::belongs_on_the_enum(word));
                None
            }
            None => None,
        }
    }

    fn added(attribute: &Attribute, word: &Ident, sink: &mut Sink) -> Option<Self> {
        let (mut was, mut downgrade) = (None, None);
        let accepted = [words::IN, words::WAS, words::DOWNGRADE];
        let (date, claim) = dated(attribute, Verb::Added, &accepted, sink, |key, input| {
            if key == words::WAS {
                was = Some(parenthesised(key, input, "was(Variant)", Ident::parse)?);
            } else {
                downgrade = Some(args::value(key, input, "downgrade = path", Expr::parse)?);
            }
            Ok(())
        })?;
        Some(Self { span: word.span(), date, claim, change: Change::Added { was, downgrade } })
    }

    fn renamed(attribute: &Attribute, word: &Ident, sink: &mut Sink) -> Option<Self> {
        let (mut was, mut failed) = (None, false);
        let (date, claim) = dated(attribute, Verb::Renamed, &[words::IN, words::WAS], sink, |key, input| {
            failed = true;
            let old = parenthesised(key, input, "was(Variant)", Variant::parse)?.value;
            // #[renamed(in = .., was(Cancelled(Reason)))]
            if !matches!(old.fields, Fields::Unit) {
                return Err(messages::renamed_with_payload(&old));
            }
            (was, failed) = (Some(old), false);
            Ok(())
        })?;
        if was.is_none() && !failed {
            sink.push(messages::missing_was(word.span(), words::RENAMED, "name", "was(Variant)"));
        }
        Some(Self { span: word.span(), date, claim, change: Change::Renamed { was: was? } })
    }

    fn removed(attribute: &Attribute, word: &Ident, sink: &mut Sink) -> Option<Self> {
        let (mut was, mut upgrade, mut failed) = (None, None, false);
        let accepted = [words::IN, words::WAS, words::UPGRADE];
        let (date, claim) = dated(attribute, Verb::Removed, &accepted, sink, |key, input| {
            if key == words::WAS {
                failed = true;
                was = Some(parenthesised(key, input, "was(Variant)", Variant::parse)?.value);
                failed = false;
            } else {
                upgrade = Some(args::value(key, input, "upgrade = path", Expr::parse)?);
            }
            Ok(())
        })?;
        if was.is_none() && !failed {
            sink.push(messages::missing_was(word.span(), words::REMOVED, "variant", "was(Variant)"));
        }
        Some(Self { span: word.span(), date, claim, change: Change::Removed { was: was?, upgrade } })
    }

    fn retagged(attribute: &Attribute, word: &Ident, sink: &mut Sink) -> Option<Self> {
        let (mut was, mut failed) = (None, false);
        let form = "was(tag = \"type\")";
        // A tag is a name.
        let (date, claim) = dated(attribute, Verb::Renamed, &[words::IN, words::WAS], sink, |key, input| {
            failed = true;
            was = Some(parenthesised(key, input, form, Tagging::parse)?);
            failed = false;
            Ok(())
        })?;
        if was.is_none() && !failed {
            sink.push(messages::missing_was(word.span(), words::RETAGGED, "tagging", form));
        }
        Some(Self { span: word.span(), date, claim, change: Change::Retagged { was: was? } })
    }
}

/// The date of a statement and what it claims; `each` reads its other arguments.
fn dated(
    attribute: &Attribute,
    verb: Verb,
    accepted: &[&str],
    sink: &mut Sink,
    mut each: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) -> Option<(DateLit, Claim)> {
    let word = attribute.path().get_ident()?;
    let tokens = match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    };
    let (mut date, mut is_there) = (None, false);
    let mut claims = Claims::default();
    let accepted = [accepted, &[words::NOTE, words::LOSSLESS, words::LOSSY]].concat();
    args::parse(tokens, &word.to_string(), &accepted, sink, |key, input| {
        if Claims::accepts(key) {
            return claims.read(key, input);
        }
        if key == words::IN {
            is_there = true;
            date = Some(args::value(key, input, "in = \"2024-12-18\"", DateLit::parse)?.value);
            return Ok(());
        }
        each(key, input)
    });
    if !is_there {
        sink.push(common::versioned::missing_date(word.span(), &word.to_string()));
    }
    claims.check(verb, false, sink);
    Some((date?, claims.claim(verb, false)))
}

/// `(value)`, exactly one.
fn parenthesised<T>(
    key: &Ident,
    input: ParseStream<'_>,
    form: &str,
    read: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Arg<T>> {
    if !input.peek(syn::token::Paren) {
        return Err(args::not_in_parentheses(key, input, form));
    }
    let content;
    parenthesized!(content in input);
    let value = read(&content).and_then(|value| {
        if content.is_empty() { Ok(value) } else { Err(content.error("one is expected here")) }
    });
    // What is left behind an error would be a second one.
    content.parse::<TokenStream>()?;
    match value {
        Ok(value) => Ok(Arg { key: key.clone(), value }),
        Err(error) if error.to_string().contains("help:") => Err(error),
        Err(error) => Err(messages::malformed_was(&error, form)),
    }
}

//! What the user wrote.

use super::model::{Outcome, Variant, Word};
use crate::diag::{Sink, outcome_messages as messages, version_messages};
use crate::syntax::words;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Meta};

pub(crate) fn read(input: &DeriveInput, sink: &mut Sink) -> Option<Outcome> {
    let whole = said(&input.attrs, None, sink);
    let variants = match &input.data {
        // #[derive(Outcome)] #[outcome(retryable)] struct Busy;
        Data::Struct(_) => Vec::new(),
        Data::Enum(item) => {
            let read = item.variants.iter().filter_map(|variant| {
                let says = said(&variant.attrs, Some(&variant.fields), sink)?;
                Some(Variant { ident: variant.ident.clone(), fields: variant.fields.clone(), says })
            });
            read.collect()
        }
        Data::Union(_) => {
            sink.push(messages::union(&input.ident));
            return None;
        }
    };
    // #[derive(Outcome)] enum ApiError { NotFound }
    if sink.is_clean() && whole.is_none() && variants.is_empty() {
        sink.push(messages::says_nothing(&input.ident));
    }
    Some(Outcome { whole, variants })
}

/// What an attribute says; `fields` of a variant, or nothing for the type as a whole.
fn said(attrs: &[Attribute], fields: Option<&Fields>, sink: &mut Sink) -> Option<Word> {
    let mut attributes = attrs.iter().filter(|attribute| attribute.path().is_ident(words::OUTCOME));
    let attribute = attributes.next()?;
    if let Some(second) = attributes.next() {
        sink.error(second.path(), version_messages::repeated_attribute(words::OUTCOME));
    }
    let Meta::List(list) = &attribute.meta else {
        sink.push(messages::without_word(attribute));
        return None;
    };
    let Ok(word) = Ident::parse_any.parse2(list.tokens.clone()) else {
        sink.push(messages::not_one_word(attribute, &list.tokens));
        return None;
    };
    match &*word.to_string() {
        words::FINAL => Some(Word::Final),
        words::RETRYABLE => Some(Word::Retryable),
        words::INDETERMINATE => Some(Word::Indeterminate),
        // #[outcome(inner)] Bank(BankError)
        words::INNER if fields.is_some_and(|fields| fields.len() == 1) => Some(Word::Inner),
        words::INNER => {
            sink.push(messages::inner_of_none(&word));
            None
        }
        _ => {
            sink.push(messages::unknown_word(&word));
            None
        }
    }
}

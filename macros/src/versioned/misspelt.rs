//! Statements whose word is nearly one of ours, or that stand in a `#[versioned(..)]`: the compiler would only say that it
//! knows no such attribute.

use crate::diag::{Sink, messages::versioned as messages, nearest};
use crate::syntax::words;
use proc_macro2::TokenTree;
use syn::{Attribute, Fields, Item, Meta};

const STATEMENTS: [&str; 6] =
    [words::CHANGED, words::RENAMED, words::REMOVED, words::ADDED, words::RETAGGED, words::REPLACED];

/// The statement that is meant, if it is another than what is written.
pub(super) fn meant(attribute: &Attribute) -> Option<&'static str> {
    let word = attribute.path().get_ident()?.to_string();
    if matches!(attribute.meta, Meta::Path(_)) {
        // Those that say nothing more.
        return nearest(&word, &[words::SENSITIVE, words::OPAQUE]).filter(|near| *near != word);
    }
    let near = nearest(&word, &STATEMENTS)?;
    // An attribute of somebody else's may have a word like ours, but hardly a date of ours too.
    (near != word && is_dated(attribute)).then_some(near)
}

/// Whether it is a `#[versioned]`; where no type stands the statement is meant that it should hold.
pub(super) fn is_nested(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|word| word.ident == words::VERSIONED)
}

/// The statement in `#[versioned(renamed(..))]`.
fn within(attribute: &Attribute) -> &'static str {
    let Meta::List(list) = &attribute.meta else { return words::CHANGED };
    let first = match list.tokens.clone().into_iter().next() {
        Some(TokenTree::Ident(word)) => word.to_string(),
        _ => String::new(),
    };
    nearest(&first, &STATEMENTS[..4]).unwrap_or(words::CHANGED)
}

/// An error for each of them; whether there is one.
pub(super) fn refuse(item: &Item, sink: &mut Sink) -> bool {
    let errors_before = sink.len();
    for attribute in inner_attributes(item) {
        // #[versioned(renamed(in = "2024-12-18", was(customer)))] customer_id: String
        if is_nested(attribute) {
            sink.push(messages::nested(attribute.path(), within(attribute)));
        }
    }
    for attribute in own_attributes(item).iter().chain(inner_attributes(item)) {
        // #[renmaed(in = "2024-12-18", was(customer))] customer_id: String
        if let Some(meant) = meant(attribute) {
            sink.push(messages::misspelt(attribute.path(), meant));
        }
    }
    sink.len() > errors_before
}

/// `(.., in = .., ..)`.
fn is_dated(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let mut tokens = list.tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_in = matches!(&token, TokenTree::Ident(word) if word == words::IN);
        if is_in && matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=') {
            return true;
        }
    }
    false
}

fn own_attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        _ => &[],
    }
}

/// Those of its fields and of its variants.
fn inner_attributes(item: &Item) -> Vec<&Attribute> {
    fn of_fields(fields: &Fields) -> impl Iterator<Item = &Attribute> {
        fields.iter().flat_map(|field| &field.attrs)
    }
    match item {
        Item::Struct(item) => of_fields(&item.fields).collect(),
        Item::Enum(item) => {
            let variants = item.variants.iter();
            variants.flat_map(|variant| variant.attrs.iter().chain(of_fields(&variant.fields))).collect()
        }
        _ => Vec::new(),
    }
}

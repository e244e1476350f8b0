//! The `#[serde(..)]` attributes of a type, as far as a mirror of it must differ.

use super::model::Bounds;
use crate::diag::{Sink, messages::versioned as messages};
use crate::syntax::words;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Meta, Path, Token, Type, WherePredicate, parse_quote};

/// `#[serde(default)]` on the type: absent fields come from the default of the whole.
pub(super) enum ContainerDefault {
    Trait,
    Function(Path),
}

/// One `key ..` of `#[serde(key .., key ..)]`.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    tokens: TokenStream,
}

impl Entry {
    /// The entries in the parentheses of this one.
    pub(crate) fn nested(&self) -> Vec<Self> {
        let Some(TokenTree::Group(group)) = self.tokens.clone().into_iter().last() else { return Vec::new() };
        let tokens = group.stream();
        entries(&parse_quote!(#[serde(#tokens)]), words::SERDE)
    }

    pub(crate) fn literal(&self) -> Option<LitStr> {
        match self.tokens.clone().into_iter().last()? {
            TokenTree::Literal(literal) => syn::parse2(literal.into_token_stream()).ok(),
            _ => None,
        }
    }
}

/// The entries of an attribute, if it is `#[serde(..)]` or `#[schemars(..)]`.
pub(crate) fn entries(attribute: &Attribute, name: &str) -> Vec<Entry> {
    let Meta::List(list) = &attribute.meta else { return Vec::new() };
    if !list.path.is_ident(name) {
        return Vec::new();
    }
    let mut entries: Vec<Entry> = Vec::new();
    let mut fresh = true;
    for token in list.tokens.clone() {
        match (token, entries.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => fresh = true,
            (TokenTree::Ident(key), _) if fresh => {
                fresh = false;
                entries.push(Entry { tokens: key.to_token_stream(), key });
            }
            (token, Some(entry)) => entry.tokens.extend([token]),
            // Not the attribute's form; serde says so.
            (_, None) => {}
        }
    }
    entries
}

/// Whether an attribute reaches the mirrors.
pub(super) fn is_mirrored(attribute: &Attribute) -> bool {
    ["doc", words::SERDE, words::SCHEMARS].iter().any(|name| attribute.path().is_ident(name))
}

/// The attributes without some entries of `#[serde(..)]`.
pub(super) fn without(attrs: &[Attribute], dropped: &[&str]) -> Vec<Attribute> {
    let kept = attrs.iter().map(|attribute| {
        if !attribute.path().is_ident(words::SERDE) {
            return Some(attribute.clone());
        }
        let entries = entries(attribute, words::SERDE);
        let kept: Vec<_> =
            entries.iter().filter(|entry| !dropped.iter().any(|key| entry.key == key)).collect();
        let tokens = kept.iter().map(|entry| &entry.tokens);
        (!kept.is_empty()).then(|| parse_quote!(#[serde(#(#tokens),*)]))
    });
    kept.flatten().collect()
}

/// Whether a field has this entry.
pub(crate) fn has(attrs: &[Attribute], key: &str) -> bool {
    attrs.iter().any(|attribute| entries(attribute, words::SERDE).iter().any(|entry| entry.key == key))
}

/// Whether a field has this entry, without a value.
pub(super) fn has_bare(attrs: &[Attribute], key: &str) -> bool {
    attrs.iter().any(|attribute| {
        entries(attribute, words::SERDE)
            .iter()
            .any(|entry| entry.key == key && entry.tokens.clone().into_iter().count() == 1)
    })
}

/// The text of `key = ".."`, or of `key(serialize = "..")`.
pub(super) fn text(attrs: &[Attribute], key: &str) -> Option<String> {
    text_on(attrs, key, words::WRITTEN)
}

/// The text of `key = ".."`, or of `key(side = "..")`.
pub(crate) fn text_on(attrs: &[Attribute], key: &str, side: &str) -> Option<String> {
    attrs
        .iter()
        .flat_map(|attribute| entries(attribute, words::SERDE))
        .find(|entry| entry.key == key)
        .and_then(|entry| match entry.tokens.clone().into_iter().last()? {
            TokenTree::Group(group) => {
                let tokens = group.stream();
                text(&[parse_quote!(#[serde(#tokens)])], side)
            }
            _ => entry.literal().map(|literal| literal.value()),
        })
}

/// The type in `key = ".."`, where it is written.
pub(super) fn ty(attrs: &[Attribute], key: &str) -> Option<Type> {
    let mut entries = attrs.iter().flat_map(|attribute| entries(attribute, words::SERDE));
    entries.find(|entry| entry.key == key)?.literal()?.parse().ok()
}

/// What the attributes of the type say.
pub(super) struct Container {
    pub(super) attrs: Vec<Attribute>,
    pub(super) default: Option<ContainerDefault>,
    pub(super) bounds: Bounds,
    pub(super) schemars: Path,
    /// Of the word `transparent`, if the one field is the whole.
    pub(super) transparent: Option<Span>,
}

impl Container {
    /// `kind` is what serde calls the type if it meets something else; an enum says that for each of its taggings.
    pub(super) fn read(attrs: &[Attribute], ident: &Ident, kind: &str, sink: &mut Sink) -> Self {
        let (mut default, mut bounds, mut transparent) = (None, Bounds::default(), None);
        let mut schemars = parse_quote!(::schemars);
        for attribute in attrs {
            for entry in entries(attribute, words::SERDE) {
                match entry.key.to_string().as_str() {
                    // `struct Payment { id: u64 }` that is written as its `id`.
                    "transparent" if kind.ends_with("struct") => transparent = Some(entry.key.span()),
                    // #[versioned] #[derive(Serialize)] #[serde(into = "String")] struct Payment { .. }
                    "transparent" | "remote" | "from" | "try_from" | "into" => {
                        sink.push(messages::serde_takes_the_shape(&entry.key));
                    }
                    "default" => {
                        default = Some(match entry.literal().and_then(|path| path.parse().ok()) {
                            Some(path) => ContainerDefault::Function(path),
                            None => ContainerDefault::Trait,
                        });
                    }
                    "bound" => read_bound(&entry, &mut bounds),
                    _ => {}
                }
            }
            for entry in entries(attribute, words::SCHEMARS) {
                if entry.key == "crate" {
                    schemars = entry.literal().and_then(|path| path.parse().ok()).unwrap_or(schemars);
                }
            }
        }
        let mut mirrored: Vec<_> = attrs.iter().filter(|attribute| is_mirrored(attribute)).cloned().collect();
        mirrored = without(&mirrored, &["crate", "default"]);
        // A mirror goes by the name of the user's type.
        let (name, expecting) = (ident.unraw().to_string(), format!("{kind} {ident}"));
        let rename = (!has(&mirrored, "rename")).then(|| quote!(rename = #name));
        let expecting =
            (!kind.is_empty() && !has(&mirrored, "expecting")).then(|| quote!(expecting = #expecting));
        let named: Vec<_> = rename.into_iter().chain(expecting).collect();
        if !named.is_empty() {
            mirrored.push(parse_quote!(#[serde(#(#named),*)]));
        }
        Self { attrs: mirrored, default, bounds, schemars, transparent }
    }
}

/// `bound = ".."`, or `bound(serialize = "..", deserialize = "..")`.
fn read_bound(entry: &Entry, bounds: &mut Bounds) {
    if let Some(both) = entry.literal() {
        bounds.serialize = predicates(&both);
        bounds.deserialize = predicates(&both);
        return;
    }
    for entry in entry.nested() {
        let read = entry.literal().and_then(|literal| predicates(&literal));
        match entry.key.to_string().as_str() {
            "serialize" => bounds.serialize = read,
            "deserialize" => bounds.deserialize = read,
            _ => {}
        }
    }
}

fn predicates(literal: &LitStr) -> Option<Vec<WherePredicate>> {
    let parser = Punctuated::<WherePredicate, Token![,]>::parse_terminated;
    Some(parser.parse2(literal.parse().ok()?).ok()?.into_iter().collect())
}

//! Which lifetimes of a type borrow from what is parsed, as serde sees it.

use super::super::model::{Column, Model};
use super::super::serde_attrs;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeSet;
use syn::{GenericArgument, Lifetime, PathArguments, Type};

/// The lifetimes that `'de` must outlive.
pub(super) fn borrowed(model: &Model) -> Vec<Lifetime> {
    let mut borrowed = BTreeSet::new();
    for column in model.history.columns() {
        if is_borrowed(column) {
            collect(column.ty.to_token_stream(), &mut borrowed);
        }
    }
    if let Some(replaced) = &model.replaced
        && is_implicit(&replaced.ty)
    {
        collect(replaced.ty.to_token_stream(), &mut borrowed);
    }
    let own = model.generics.lifetimes().map(|param| &param.lifetime);
    own.filter(|lifetime| borrowed.contains(&lifetime.ident.to_string())).cloned().collect()
}

/// `#[serde(borrow)]`, and `&str` and `&[u8]` without it.
fn is_borrowed(column: &Column) -> bool {
    serde_attrs::has(&column.attrs, "borrow") || is_implicit(&column.ty)
}

/// `&str`, `&[u8]`, and an `Option` of them.
pub(super) fn is_implicit(ty: &Type) -> bool {
    is_reference(ty) || argument_of(ty, "Option").is_some_and(is_reference)
}

fn is_reference(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else { return false };
    let text = reference.elem.to_token_stream().to_string();
    reference.mutability.is_none() && matches!(text.as_str(), "str" | "[u8]")
}

fn argument_of<'a>(ty: &'a Type, word: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == word)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn collect(tokens: TokenStream, into: &mut BTreeSet<String>) {
    let mut is_lifetime = false;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                is_lifetime = true;
                continue;
            }
            TokenTree::Ident(ident) if is_lifetime => {
                into.insert(ident.to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), into),
            _ => {}
        }
        is_lifetime = false;
    }
}

//! `#[derive(Fingerprint)]`: which members of a body do not belong to what its sender intends.

mod attr;
mod expand;
mod model;

pub(crate) use attr::{check, is_ours, is_skipped, names, refuse};
pub(crate) use expand::{implementation, said_by};
pub(crate) use model::{Member, Model};

use crate::diag::{Sink, fingerprint_messages as messages};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut sink = Sink::new();
    let Some(input) = sink.ok(syn::parse2::<DeriveInput>(input)) else {
        return sink.finish();
    };
    // #[derive(Fingerprint)] #[versioned] struct Payment { .. }
    if let Some(versioned) = input.attrs.iter().find(|attribute| attribute.path().is_ident("versioned")) {
        sink.push(messages::above_versioned(versioned.path()));
        return sink.finish();
    }
    let model = attr::read(&input, &mut sink);
    let is_clean = sink.is_clean();
    let errors = sink.finish();
    // After an error too: a type around it that lacks the trait would be a second one.
    let model = model.filter(|_| is_clean).unwrap_or_default();
    let expanded = implementation(&input.ident, &input.generics, &said_by(&model));
    quote!(#expanded #errors)
}

//! `#[derive(Fingerprint)]`: which fields of a body do not count when two requests are compared.
//!
//! Requests are compared as the values that the handler reads. The derive writes a value without the fields that do not
//! count; a `#[versioned]` type does that itself, in its `Serialize`.

mod attr;
mod expand;

pub(crate) use attr::{is_ours, is_skipped, refuse};
pub(crate) use expand::{asked, inside};

use crate::crate_path;
use crate::diag::{Sink, fingerprint_messages as messages};
use crate::syntax::words;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut sink = Sink::new();
    let Some(mut input) = sink.ok(syn::parse2::<DeriveInput>(input)) else {
        return sink.finish();
    };
    let _renamed = crate_path::take_helper(&mut input.attrs, words::FINGERPRINT, &mut sink);
    // #[derive(Fingerprint)] #[versioned] struct Payment { .. }
    if let Some(versioned) = input.attrs.iter().find(|attribute| attribute.path().is_ident("versioned")) {
        sink.push(messages::above_versioned(versioned.path()));
        return sink.finish();
    }
    let shape = attr::read(&input, &mut sink);
    let is_clean = sink.is_clean();
    let errors = sink.finish();
    // After an error too: a type around it that lacks the trait would be a second one.
    let expanded = expand::expand(&input, shape.filter(|_| is_clean).as_ref());
    quote!(#expanded #errors)
}

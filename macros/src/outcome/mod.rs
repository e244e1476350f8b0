//! `#[derive(Outcome)]`: what became of an operation, by its error.

mod attr;
mod expand;
mod model;

use crate::crate_path;
use crate::diag::Sink;
use crate::syntax::words;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut sink = Sink::new();
    let Some(mut input) = sink.ok(syn::parse2::<DeriveInput>(input)) else {
        return sink.finish();
    };
    let _renamed = crate_path::take_helper(&mut input.attrs, words::OUTCOME, &mut sink);
    // After an error too: an error that lacks the trait would be a second one.
    let outcome = attr::read(&input, &mut sink).unwrap_or_default();
    let (errors, expanded) = (sink.finish(), expand::expand(&input, &outcome));
    quote!(#expanded #errors)
}

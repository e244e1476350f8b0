//! `#[derive(Change)]`: a change of behaviour, as a gate that handlers ask.

mod attr;
mod check;
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
    let _renamed = crate_path::take_helper(&mut input.attrs, words::CHANGE, &mut sink);
    let change = attr::read(&input, &mut sink).and_then(|written| check::check(written, &mut sink));
    match change {
        Some(change) if sink.is_clean() => {
            let (errors, expanded) = (sink.finish(), expand::expand(&change));
            quote!(#expanded #errors)
        }
        // Every question to the gate would be a second error.
        _ => {
            let (errors, stub) = (sink.finish(), expand::stub(&input));
            quote!(#errors #stub)
        }
    }
}

//! `#[derive(ApiVersions)]`: the timeline of an API.

pub(crate) mod attr;
mod check;
mod expand;
mod model;

use crate::crate_path;
use crate::diag::Sink;
use crate::syntax::words;
use proc_macro2::TokenStream;
use syn::DeriveInput;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut sink = Sink::new();
    let Some(mut input) = sink.ok(syn::parse2::<DeriveInput>(input)) else {
        return sink.finish();
    };
    let _renamed = crate_path::take_helper(&mut input.attrs, words::API_VERSIONS, &mut sink);
    let checked = attr::read(&input, &mut sink).and_then(|written| check::check(written, &mut sink));
    match checked {
        Some(timeline) if sink.is_clean() => {
            let errors = sink.finish();
            let expanded = expand::expand(&timeline);
            quote::quote!(#expanded #errors)
        }
        // The derive leaves the enum as it is; without these impls every use of it would be a second error.
        _ => {
            let errors = sink.finish();
            let plain = input.generics.params.is_empty();
            let stub = plain.then(|| expand::stub(&input.ident));
            quote::quote!(#errors #stub)
        }
    }
}

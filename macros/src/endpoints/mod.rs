//! `endpoints![Version; a, b]`: the list of an API's endpoints, checked against its timeline and each other.

use crate::diag::Sink;
use crate::names::private;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Path, Token};

struct List {
    timeline: Path,
    endpoints: Punctuated<Path, Token![,]>,
}

impl Parse for List {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let form =
            "\nhelp: write `endpoints![Version; first, second]`: the timeline, a semicolon, the handlers";
        let explain = |error: syn::Error| syn::Error::new(error.span(), format_args!("{error}{form}"));
        let timeline = input.parse().map_err(explain)?;
        input.parse::<Token![;]>().map_err(explain)?;
        let endpoints = Punctuated::parse_terminated(input).map_err(explain)?;
        Ok(Self { timeline, endpoints })
    }
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let p = private();
    let mut sink = Sink::new();
    let Some(List { timeline, endpoints }) = sink.ok(syn::parse2::<List>(input)) else {
        let errors = sink.finish();
        return quote!({ #errors ; ::core::unreachable!() });
    };
    let errors = sink.finish();
    let metas = endpoints.iter().map(|path| quote_spanned!(path.span()=> &<#path as #p::Endpoint>::META));
    // One small constant per endpoint: a long one would trip `long_running_const_eval`, and each error has its place.
    let checks = endpoints.iter().enumerate().map(|(index, path)| {
        quote_spanned! {path.span()=>
            const _: () = #p::check::endpoint(<#timeline as #p::ApiVersions>::TIMELINE, ENDPOINTS, #index);
        }
    });
    let handlers = endpoints.iter().map(|path| quote_spanned!(path.span()=> .with::<#path, _, _>(#path)));
    quote! {{
        #errors
        const ENDPOINTS: &[&#p::Meta] = &[#(#metas),*];
        #(#checks)*
        #p::Endpoints::<#timeline, _, { #p::check::needs(ENDPOINTS) }>::new()#(#handlers)*
    }}
}

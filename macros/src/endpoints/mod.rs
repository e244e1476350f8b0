//! `endpoints![Version; a, b]`: the list of an API's endpoints, checked against its timeline and each other.

use crate::diag::Sink;
use crate::names::{Renamed, private, respanned};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Path, Token};

struct List {
    renamed: Option<Renamed>,
    timeline: Path,
    endpoints: Punctuated<Path, Token![,]>,
}

impl Parse for List {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let form =
            "\nhelp: write `endpoints![Version; first, second]`: the timeline, a semicolon, the handlers";
        let explain = |error: syn::Error| syn::Error::new(error.span(), format_args!("{error}{form}"));
        let renamed = if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            let path: Path = input.parse().map_err(explain)?;
            input.parse::<Token![;]>().map_err(explain)?;
            Some(Renamed::to(&path.into_token_stream()))
        } else {
            None
        };
        let timeline = input.parse().map_err(explain)?;
        input.parse::<Token![;]>().map_err(explain)?;
        let endpoints = Punctuated::parse_terminated(input).map_err(explain)?;
        Ok(Self { renamed, timeline, endpoints })
    }
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut sink = Sink::new();
    let Some(List { renamed: _renamed, timeline, endpoints }) = sink.ok(syn::parse2::<List>(input)) else {
        let errors = sink.finish();
        return quote!({ #errors ; ::core::unreachable!() });
    };
    let (errors, p) = (sink.finish(), private());
    let metas = endpoints.iter().map(|path| respanned(quote!(&<#path as #p::Endpoint>::META), span(path)));
    // One small constant per endpoint: a long one would trip `long_running_const_eval`, and each error has its place.
    let checks = endpoints.iter().enumerate().map(|(index, path)| {
        let check = quote! {
            const _: () = #p::check::endpoint(<#timeline as #p::ApiVersions>::TIMELINE, ENDPOINTS, ORDER, #index);
        };
        respanned(check, span(path))
    });
    let count = endpoints.len();
    // Without endpoints nobody asks.
    let order = (count > 0).then(|| quote!(const ORDER: &#p::Order<#count> = &#p::Order::of(ENDPOINTS);));
    let handlers = endpoints.iter().map(|path| respanned(quote!(.with::<#path, _, _>(#path)), span(path)));
    quote! {{
        #errors
        const ENDPOINTS: &[&#p::Meta; #count] = &[#(#metas),*];
        #order
        #(#checks)*
        #p::Endpoints::<#timeline, _, { #p::check::needs(ENDPOINTS) }>::new()#(#handlers)*
    }}
}

/// The name of the handler, without the modules before it.
fn span(path: &Path) -> Span {
    path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span())
}

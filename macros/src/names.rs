//! Every path of the runtime that generated code may mention.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::cell::RefCell;

thread_local! {
    /// The path that the attribute being expanded says the runtime has.
    static RUNTIME: RefCell<Option<TokenStream>> = const { RefCell::new(None) };
}

/// What generated code calls; see `steadfast::__private`.
pub(crate) fn private() -> TokenStream {
    let path = RUNTIME.with_borrow(Option::clone).unwrap_or_else(|| quote!(::steadfast));
    quote!(#path::__private)
}

/// Says, until it is dropped, that the runtime has another path.
#[must_use]
pub(crate) struct Renamed;

impl Renamed {
    pub(crate) fn to(path: TokenStream) -> Self {
        RUNTIME.set(Some(path));
        Self
    }
}

impl Drop for Renamed {
    fn drop(&mut self) {
        // Tokens do not outlive the expansion that they belong to.
        RUNTIME.set(None);
    }
}

/// The same tokens, as if they stood at `span`: an error in any of them is then shown there and nowhere else.
pub(crate) fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    let respan = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), respanned(group.stream(), span)).into();
        }
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.into_iter().map(respan).collect()
}

/// The value as an expression of type `Option`.
pub(crate) fn option(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}

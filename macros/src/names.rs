//! Every path of the runtime that generated code may mention.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::cell::RefCell;

thread_local! {
    /// The module that generated code calls, where it is not `::steadfast::__private`.
    static PRIVATE: RefCell<Option<TokenStream>> = const { RefCell::new(None) };
}

/// What generated code calls; see `steadfast::__private`.
pub(crate) fn private() -> TokenStream {
    PRIVATE.with_borrow(Option::clone).unwrap_or_else(|| quote!(::steadfast::__private))
}

/// Wraps the items that `f` returns into a constant, which imports [`private`] under a short name: paths are most of the
/// text of an expansion.
pub(crate) fn in_constant(f: impl FnOnce() -> TokenStream) -> TokenStream {
    let private = private();
    let _short = Renamed::private(quote!(__p));
    let items = f();
    quote! {
        const _: () = {
            use #private as __p;
            #items
        };
    }
}

/// Says, until it is dropped, that the runtime has another path.
#[must_use]
pub(crate) struct Renamed(Option<TokenStream>);

impl Renamed {
    /// The path of the crate.
    pub(crate) fn to(path: &TokenStream) -> Self {
        Self::private(quote!(#path::__private))
    }

    fn private(path: TokenStream) -> Self {
        Self(PRIVATE.replace(Some(path)))
    }
}

impl Drop for Renamed {
    fn drop(&mut self) {
        // Tokens do not outlive the expansion that they belong to.
        PRIVATE.set(self.0.take());
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

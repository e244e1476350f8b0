//! Every path of the runtime that generated code may mention.

use proc_macro2::TokenStream;
use quote::quote;

/// What generated code calls; see `steadfast::__private`.
pub(crate) fn private() -> TokenStream {
    quote!(::steadfast::__private)
}

//! The attribute macros of steadfast: tokens in, tokens out. No file, environment or clock is read, so that the same
//! source always compiles to the same program.
//!
//! Use these through the `steadfast` crate, which documents them.

mod diag;
#[cfg(test)]
mod golden;
mod names;
mod syntax;
mod versioned;

use proc_macro::TokenStream;

#[allow(missing_docs, reason = "documented where `steadfast` exports it")]
#[proc_macro_attribute]
pub fn versioned(args: TokenStream, item: TokenStream) -> TokenStream {
    versioned::expand(&args.into(), &item.into()).into()
}

/// Derives nothing: the attributes of `serde` and `schemars` stay legal on a type whose derives `versioned` took over.
#[doc(hidden)]
#[proc_macro_derive(Attributes, attributes(serde, schemars))]
pub fn attributes(_item: TokenStream) -> TokenStream {
    TokenStream::new()
}

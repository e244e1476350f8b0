//! The attribute macros of steadfast: tokens in, tokens out. No file, environment or clock is read, so that the same
//! source always compiles to the same program.
//!
//! Use these through the `steadfast` crate, which documents them.

mod api_versions;
mod change;
mod crate_path;
mod diag;
mod endpoint;
mod endpoints;
mod fingerprint;
#[cfg(test)]
mod golden_tests;
mod names;
mod outcome;
mod syntax;
mod versioned;

use proc_macro::TokenStream;

/// Documented in `steadfast`.
#[proc_macro_derive(ApiVersions, attributes(api_versions, version))]
pub fn api_versions(input: TokenStream) -> TokenStream {
    api_versions::derive(input.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_derive(Change, attributes(change))]
pub fn change(input: TokenStream) -> TokenStream {
    change::derive(input.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_derive(Fingerprint, attributes(fingerprint, serde))]
pub fn fingerprint(input: TokenStream) -> TokenStream {
    fingerprint::derive(input.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_derive(Outcome, attributes(outcome))]
pub fn outcome(input: TokenStream) -> TokenStream {
    outcome::derive(input.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro]
pub fn endpoints(input: TokenStream) -> TokenStream {
    endpoints::expand(input.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_attribute]
pub fn get(args: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand("get", args.into(), item.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_attribute]
pub fn post(args: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand("post", args.into(), item.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_attribute]
pub fn put(args: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand("put", args.into(), item.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_attribute]
pub fn patch(args: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand("patch", args.into(), item.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_attribute]
pub fn delete(args: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand("delete", args.into(), item.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_attribute]
pub fn head(args: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand("head", args.into(), item.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_attribute]
pub fn options(args: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand("options", args.into(), item.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_attribute]
pub fn api_version(args: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand("api_version", args.into(), item.into()).into()
}

/// Documented in `steadfast`.
#[proc_macro_attribute]
pub fn idempotent(args: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand("idempotent", args.into(), item.into()).into()
}

/// Documented in `steadfast`.
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

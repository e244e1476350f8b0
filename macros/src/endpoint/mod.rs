//! The attributes of a handler: `#[get]` and its siblings, `#[api_version]`, `#[idempotent]`.
//!
//! They may stand in any order. Whichever is expanded first reads the others on the function and does the work of all.

mod attr;
mod changed;
mod check;
mod expand;
mod idempotent;
mod model;
mod signature;
mod types;

use crate::diag::{Sink, endpoint_messages as messages};
use crate::syntax::item_fn::Handler;
use crate::syntax::words;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// Expands `#[word(args)] item` together with its siblings on `item`.
pub(crate) fn expand(word: &str, mut args: TokenStream, item: TokenStream) -> TokenStream {
    if syn::parse2::<Ident>(args.clone()).is_ok_and(|argument| argument == words::DONE) {
        return item;
    }
    let mut sink = Sink::new();
    let Ok(mut handler) = syn::parse2::<Handler>(item.clone()) else {
        sink.push(messages::not_a_function(word, &item));
        let errors = sink.finish();
        return quote!(#errors #item);
    };
    let _renamed = attr::take_crate(word, &mut args, &mut handler, &mut sink);
    let model = attr::take(word, args, &mut handler, &mut sink)
        .and_then(|written| check::check(written, &handler, &mut sink));
    match model {
        Some(endpoint) if sink.is_clean() => {
            let (errors, expanded) = (sink.finish(), expand::expand(&endpoint, &handler));
            quote!(#handler #expanded #errors)
        }
        // Every use of the endpoint would be a second error.
        _ => {
            let (errors, stub) = (sink.finish(), expand::stub(&handler));
            quote!(#handler #errors #stub)
        }
    }
}

//! What becomes of an added field when a client writes that does not know it.

use super::super::model::{Conversion, Given, Model, Step};
use super::resolve_self;
use crate::names::{private, respanned};
use proc_macro2::TokenStream;
use quote::quote;

/// Whether a write by an older client sets a field to a default although nothing says that it may, as an expression.
pub(super) fn wipes(model: &Model, step: &Step) -> TokenStream {
    match &step.conversion {
        Conversion::Added(Given::Default(_)) if step.overwrite.is_none() => {
            let p = private();
            let types = added(model, step);
            quote!({
                use #p::NotKnown as _;
                !(#(#p::IsKnown::<#types>::VALUE)&&*)
            })
        }
        Conversion::Added(Given::Value(_)) if step.overwrite.is_none() => quote!(true),
        _ => quote!(false),
    }
}

/// The checks that no `overwrite` stands beside a type that keeps what is stored, where it was written.
pub(super) fn checks(model: &Model) -> TokenStream {
    // Types with parameters cannot be asked about outside of their implementations.
    if !model.generics.params.is_empty() {
        return TokenStream::new();
    }
    let p = private();
    let check = |step: &Step| {
        let Conversion::Added(Given::Default(_)) = step.conversion else { return None };
        let types = added(model, step);
        let span = step.overwrite?;
        let check = quote! {
            const _: () = {
                use #p::NotKnown as _;
                #p::assert::overwrites(#(#p::IsKnown::<#types>::VALUE)||*);
            };
        };
        Some(respanned(check, span))
    };
    model.history.steps.iter().filter_map(check).collect()
}

/// The types of the fields.
fn added(model: &Model, step: &Step) -> Vec<TokenStream> {
    step.new.iter().map(|id| resolve_self(model, &model.history.column(*id).ty)).collect()
}

use super::model::Change;
use crate::names::{private, respanned};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

pub(crate) fn expand(change: &Change) -> TokenStream {
    let Change { ident, timeline, date, note } = change;
    let p = private();
    let name = ident.to_string();
    // The timeline is reached through the trait: one that is none is told so once, where it is written.
    let check = respanned(quote!(const _: () = #p::check::change::<#ident>();), date.literal.span());
    quote! {
        #[automatically_derived]
        impl #p::Change for #ident {
            type Versions = #timeline;
            const IN: #p::Date = #date;
            const NAME: &'static str = #name;
            const NOTE: &'static str = #note;
        }
        #check
    }
}

/// The questions with nothing behind them, for a change whose error has been reported.
pub(crate) fn stub(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[doc(hidden)]
        #[allow(dead_code, unused_variables)]
        impl #impl_generics #ident #type_generics #where_clause {
            pub fn applies<__V>(&self, version: __V) -> bool {
                true
            }
            pub fn applies_here(&self) -> bool {
                true
            }
        }
    }
}

use super::model::{Outcome, Variant, Word};
use crate::names::{private, respanned};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{DeriveInput, Fields};

pub(crate) fn expand(input: &DeriveInput, outcome: &Outcome) -> TokenStream {
    let p = private();
    let ident = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let arms = outcome.variants.iter().map(arm);
    let otherwise = outcome.whole.map_or_else(|| quote!(::core::option::Option::None), known);
    quote! {
        #[automatically_derived]
        impl #impl_generics #p::Outcome for #ident #type_generics #where_clause {
            fn disposition(&self) -> ::core::option::Option<#p::Disposition> {
                #[allow(unreachable_patterns)]
                match self {
                    #(#arms)*
                    _ => #otherwise,
                }
            }
        }
    }
}

fn arm(variant: &Variant) -> TokenStream {
    let p = private();
    let Variant { ident, fields, says } = variant;
    match (says, fields) {
        (Word::Inner, fields) if !matches!(fields, Fields::Unit) => {
            // A type that says nothing is told so at the type.
            let asked = fields
                .iter()
                .map(|field| respanned(quote!(#p::Outcome::disposition(inner)), field.ty.span()));
            let pattern = fields.iter().map(|field| {
                let named = field.ident.as_ref().map(|name| quote!({ #name: inner }));
                named.unwrap_or_else(|| quote!((inner)))
            });
            quote!(Self::#ident #(#pattern)* => #(#asked)*,)
        }
        (word, _) => {
            let said = known(*word);
            quote!(Self::#ident { .. } => #said,)
        }
    }
}

fn known(word: Word) -> TokenStream {
    let p = private();
    let word = match word {
        Word::Final => "Final",
        Word::Retryable => "Retryable",
        // `inner` is a word of variants.
        Word::Indeterminate | Word::Inner => "Indeterminate",
    };
    let word = Ident::new(word, Span::call_site());
    quote!(::core::option::Option::Some(#p::Disposition::#word))
}

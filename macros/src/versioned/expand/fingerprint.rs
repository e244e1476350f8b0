//! The implementation of `Fingerprint` for a versioned type.

use super::super::model::Model;
use super::resolve_self;
use crate::fingerprint::{asked, inside};
use crate::names::{private, respanned};
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

/// The implementation, if it is derived.
pub(in super::super) fn expand(model: &Model) -> TokenStream {
    if model.derives.fingerprint.is_none() {
        return TokenStream::new();
    }
    let p = private();
    let ident = &model.ident;
    let mut generics = model.generics.clone();
    generics.make_where_clause().predicates.push(syn::parse_quote!(Self: #p::serde::Serialize));
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let checks = if model.generics.params.is_empty() { checks(model) } else { TokenStream::new() };
    quote! {
        #[automatically_derived]
        impl #impl_generics #p::Fingerprinted for #ident #type_generics #where_clause {
            const IS_SERIALIZE: bool = true;

            fn write<__S: #p::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                #p::serde::Serialize::serialize(self, __serializer)
            }
        }
        #checks
    }
}

/// That what the type holds leaves out what does not count where this type writes it. Only what `#[opaque]` hides may not:
/// all else is `#[versioned]`, too.
fn checks(model: &Model) -> TokenStream {
    let p = private();
    let mut checks = TokenStream::new();
    let mut seen: Vec<String> = Vec::new();
    for column in model.history.columns().filter(|column| column.is_opaque && !column.is_skipped) {
        let mut types = vec![&column.ty];
        types.extend(inside(&column.ty));
        let types: Vec<_> = asked(types).into_iter().map(|ty| resolve_self(model, ty)).collect();
        let check = quote!(#p::assert::writes_itself(&[#(#p::Counted::<#types>::IS_FOREIGN),*]););
        // A column that was renamed has the same type.
        if !types.is_empty() && !seen.contains(&check.to_string()) {
            seen.push(check.to_string());
            checks.extend(respanned(check, column.ty.span()));
        }
    }
    if checks.is_empty() {
        return checks;
    }
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #p::CountsWhole as _;
            #checks
        };
    }
}

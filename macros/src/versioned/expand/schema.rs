//! The schema of every shape, under a name of its own.

use super::super::model::{Model, Shape};
use super::{bounded, by_version, head_name, owned_name};
use crate::names;
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn expand(model: &Model) -> TokenStream {
    if model.derives.schema.is_none() {
        return TokenStream::new();
    }
    let private = names::private();
    let schemars = &model.schemars;
    let generics = bounded(model, None, &quote!(#schemars::JsonSchema), false);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let (ident, head) = (&model.ident, head_name(model));
    let named = |function: TokenStream| {
        let older = |shape: &Shape| {
            let owned = owned_name(model, shape);
            let suffix = format!(".before-{}", shape.until);
            quote!(#private::shape_name(<#owned #ty_generics as #schemars::JsonSchema>::#function(), #suffix))
        };
        by_version(model, older, &quote!(<#head #ty_generics as #schemars::JsonSchema>::#function()))
    };
    let (name, id) = (named(quote!(schema_name)), named(quote!(schema_id)));
    let schema = by_version(
        model,
        |shape| {
            let owned = owned_name(model, shape);
            quote!(<#owned #ty_generics as #schemars::JsonSchema>::json_schema(generator))
        },
        &quote!(<#head #ty_generics as #schemars::JsonSchema>::json_schema(generator)),
    );
    quote! {
        #[automatically_derived]
        impl #impl_generics #schemars::JsonSchema for #ident #ty_generics #where_clause {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                #name
            }
            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                #id
            }
            fn json_schema(generator: &mut #schemars::SchemaGenerator) -> #schemars::Schema {
                #schema
            }
        }
    }
}

//! The schema of every shape, under a name of its own.

use super::super::model::Model;
use super::{On, bounded, by_version, head_name, owned_name, replaced};
use crate::names;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use steadfast_core::Date;
use syn::ext::IdentExt;

/// The schemas; `opened` is what becomes of that of the shape that lasted until a date, or of the newest.
pub(in super::super) fn expand(
    model: &Model,
    opened: impl Fn(Option<Date>, TokenStream) -> TokenStream,
) -> TokenStream {
    if model.derives.schema.is_none() {
        return TokenStream::new();
    }
    let private = names::private();
    let schemars = &model.schemars;
    let generics = bounded(model, None, &quote!(#schemars::JsonSchema), false);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let (ident, head) = (&model.ident, head_name(model));
    // All mirrors have the name of the type, so that the shape is all that tells them apart.
    let suffix = by_version(
        model,
        On::Schema,
        |_, replaced| format!(".before-{}", replaced.date).into_token_stream(),
        |shape| format!(".before-{}", shape.until).into_token_stream(),
        &quote!(""),
    );
    let schema = by_version(
        model,
        On::Schema,
        replaced::schema,
        |shape| {
            let owned = owned_name(model, shape);
            let schema = quote!(<#owned #ty_generics as #schemars::JsonSchema>::json_schema(generator));
            opened(Some(shape.until), schema)
        },
        &opened(None, quote!(<#head #ty_generics as #schemars::JsonSchema>::json_schema(generator))),
    );
    let (name, id) = if model.is_transparent {
        // The name of what it holds is not its own: others may hold the same, and have another past.
        let name = ident.unraw().to_string();
        (quote!(#name), quote!(::core::any::type_name::<Self>()))
    } else {
        let mirror = quote!(<#head #ty_generics as #schemars::JsonSchema>);
        (quote!(#mirror::schema_name()), quote!(#mirror::schema_id()))
    };
    quote! {
        fn __shape() -> &'static str {
            #suffix
        }
        #[automatically_derived]
        impl #impl_generics #schemars::JsonSchema for #ident #ty_generics #where_clause {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                #private::shape_name(#name, __shape())
            }
            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                #private::shape_name(#id, __shape())
            }
            fn json_schema(generator: &mut #schemars::SchemaGenerator) -> #schemars::Schema {
                #schema
            }
        }
    }
}

//! A shape that needs no mirror: one call of the runtime, with its columns.

use super::super::model::{ColumnId, Model};
use super::super::plain::{Default, Plain};
use super::sensitive::Doubts;
use super::serialize::Source;
use super::{omitted, resolve_self};
use crate::names;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use std::collections::BTreeMap;
use syn::spanned::Spanned;

/// Reads the columns into these patterns.
pub(super) fn read(model: &Model, plain: &Plain, patterns: &[impl ToTokens]) -> TokenStream {
    let private = names::private();
    let Plain { name, expecting, is_closed, columns } = plain;
    if let ([column], [pattern], true) = (columns.as_slice(), patterns, model.is_transparent) {
        let original = &model.history.column(column.id).ty;
        let (ty, deserialize) = (resolve_self(model, original), quote!(#private::serde::Deserialize<'de>));
        let read = quote_spanned!(original.span()=> <#ty as #deserialize>::deserialize);
        return quote!(let #pattern = #read(__deserializer)?;);
    }
    let names: Vec<_> = columns.iter().map(|column| &column.name).collect();
    let (indices, count) = (0_usize.., columns.len());
    // The error of a type that cannot be read is at that type, or at its default.
    let places = columns.iter().map(|column| {
        let original = &model.history.column(column.id).ty;
        let (ty, span) = (resolve_self(model, original), original.span());
        match &column.default {
            None => quote_spanned!(span=> #private::column::<#ty>()),
            Some(Default::Trait) => {
                quote_spanned!(span=> #private::column_or::<#ty>(::core::default::Default::default))
            }
            Some(Default::Function(path)) => quote_spanned!(span=> #private::column_or::<#ty>(#path)),
        }
    });
    let (pattern, places) = (pairs(patterns.iter()), pairs(places));
    quote! {
        let #pattern = #private::read(
            __deserializer,
            &#private::Struct {
                name: #name,
                expecting: #expecting,
                fields: &[#(#names),*],
                is_closed: #is_closed,
                find: |__name| match __name {
                    #(#names => #indices,)*
                    _ => #count,
                },
            },
            #places,
        )?;
    }
}

/// Writes the columns from `__head` and what was computed from it.
pub(super) fn write(
    model: &Model,
    plain: &Plain,
    sources: &BTreeMap<ColumnId, Source>,
    doubts: Option<&Doubts>,
) -> TokenStream {
    let private = names::private();
    let Plain { name, columns, .. } = plain;
    let value = |id| match sources.get(&id) {
        Some(Source::Head(field)) => quote!(&__head.#field),
        Some(Source::Computed(local)) => quote!(&#local),
        None => TokenStream::new(),
    };
    if let ([column], true) = (columns.as_slice(), model.is_transparent) {
        let (original, value) = (&model.history.column(column.id).ty, value(column.id));
        let ty = resolve_self(model, original);
        let write = quote_spanned!(original.span()=> <#ty as #private::serde::Serialize>::serialize);
        let inseparable = doubts.map(Doubts::inseparable);
        return quote!(#inseparable #write(#value, __serializer));
    }
    let fields = columns.iter().map(|column| {
        let original = &model.history.column(column.id).ty;
        let (ty, span, name) = (resolve_self(model, original), original.span(), &column.name);
        let value = value(column.id);
        let skipped = column.skip_if.as_ref().map(|path| quote_spanned!(path.span()=> #path(#value)));
        // What the user's own condition skips is not shown, and so not sensitive.
        let conditions: Vec<_> =
            skipped.into_iter().chain(omitted::conditions(model, doubts, column.id)).collect();
        if conditions.is_empty() {
            return quote_spanned!(span=> #private::field::<#ty>(#name, #value));
        }
        quote_spanned!(span=> #private::field_unless::<#ty>(#(#conditions)||*, #name, #value))
    });
    let (fields, asked) = (pairs(fields), doubts.map(|doubts| &doubts.asked));
    quote!(#asked #private::write(__serializer, #name, #fields))
}

/// `(first, (second, ()))`.
fn pairs(items: impl DoubleEndedIterator<Item = impl ToTokens>) -> TokenStream {
    items.rev().fold(quote!(()), |rest, item| quote!((#item, #rest)))
}

//! From any shape to the value at head, moving every column.

use super::super::model::{ColumnId, Conversion, Model, Shape, Step};
use super::super::plain::{Direction, Plain};
use super::On;
use super::serialize::{converting, given_value};
use super::{
    bind, bounded_by_de, by_version, columns, complete, constraints, exercised, head_name, member,
    one_or_tuple, owned_name, place,
};
use super::{replaced, resolve_self, types};
use crate::names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::BTreeMap;
use syn::spanned::Spanned;

pub(super) fn expand(model: &Model) -> TokenStream {
    if model.derives.deserialize.is_none() {
        return TokenStream::new();
    }
    let private = names::private();
    let ident = &model.ident;
    let (_, ty_generics, _) = model.generics.split_for_impl();
    let generics = bounded_by_de(model);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let body =
        by_version(model, On::Wire, replaced::deserialize, |shape| upgrade(model, shape), &head(model));
    let body = constraints::checked(model, body);
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::serde::Deserialize<'de> for #ident #ty_generics #where_clause {
            fn deserialize<__D: #private::serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                #body
            }
        }
    }
}

/// The newest shape, parsed.
fn head(model: &Model) -> TokenStream {
    let history = &model.history;
    let Some(plain) = Plain::of(model, &history.head, Direction::Read) else {
        let (head, (_, ty_generics, _)) = (head_name(model), model.generics.split_for_impl());
        let turbofish = ty_generics.as_turbofish();
        return quote!(#head #turbofish::deserialize(__deserializer));
    };
    let locals: Vec<_> = history.head.iter().map(|id| history.local(*id)).collect();
    let read = columns::read(model, &plain, &locals);
    let fields =
        history.head.iter().zip(&locals).map(|(id, local)| bind(&member(model, *id), &quote!(#local)));
    quote! {{
        #read
        ::core::result::Result::Ok(Self { #(#fields,)* })
    }}
}

/// The older shape, parsed and brought to the head.
fn upgrade(model: &Model, shape: &Shape) -> TokenStream {
    let private = names::private();
    let history = &model.history;
    let mut values: BTreeMap<ColumnId, Ident> = BTreeMap::new();
    let (mut patterns, mut fields) = (Vec::new(), Vec::new());
    for (i, id) in shape.columns.iter().enumerate() {
        let is_dropped = history.steps_after(shape).any(|step| step.new.is_empty() && step.old.contains(id));
        let is_dropped = is_dropped && !complete::counts(model, *id);
        let local = history.local(*id);
        let pattern = if is_dropped { quote!(_) } else { quote!(#local) };
        let field = if model.is_tuple { i.into() } else { member(model, *id) };
        fields.push(bind(&field, &pattern));
        patterns.push(pattern);
        values.insert(*id, local);
    }
    let calls: Vec<_> =
        history.steps_after(shape).rev().map(|step| call(model, shape, step, &mut values)).collect();
    let head = history.head.iter().map(|id| {
        let local = values.get(id);
        bind(&member(model, *id), &quote!(#local))
    });
    let read = if let Some(plain) = Plain::of(model, &shape.columns, Direction::Read) {
        columns::read(model, &plain, &patterns)
    } else {
        let (owned, (_, ty_generics, _)) = (owned_name(model, shape), model.generics.split_for_impl());
        quote! {
            let #owned { #(#fields,)* .. } =
                <#owned #ty_generics as #private::serde::Deserialize<'de>>::deserialize(__deserializer)?;
        }
    };
    let exercised = exercised(model, shape, true);
    quote! {{
        #read
        #(#calls)*
        #exercised
        ::core::result::Result::Ok(Self { #(#head,)* })
    }}
}

/// The new columns of one change, as statements.
fn call(model: &Model, shape: &Shape, step: &Step, values: &mut BTreeMap<ColumnId, Ident>) -> TokenStream {
    let private = names::private();
    let history = &model.history;
    let ty = types(model, &step.new);
    let value = match &step.conversion {
        Conversion::Renamed => {
            for (old, new) in step.old.iter().zip(&step.new) {
                if let Some(value) = values.remove(old) {
                    values.insert(*new, value);
                }
            }
            return TokenStream::new();
        }
        Conversion::Removed(_) => {
            let old = step.old.iter().filter(|id| complete::counts(model, **id));
            let dropped =
                old.filter_map(|id| values.get(id).map(|local| complete::dropped(model, *id, local)));
            return dropped.collect();
        }
        Conversion::Changed { upgrade: None, .. } => return TokenStream::new(),
        Conversion::Added(given) => given_value(given, &ty),
        Conversion::Changed { upgrade: Some(function), .. } => {
            let parameters = step.old.iter().map(|id| resolve_self(model, &history.column(*id).ty));
            let arguments = step.old.iter().filter_map(|id| values.get(id));
            let (local, converting) = (Ident::new("upgrade", Span::mixed_site()), converting());
            // The type of the function is told first, so that the error of a wrong one is at its name.
            let place = place::of(model, shape, &step.old);
            let upgraded = quote_spanned!(function.span()=> #private::upgraded::<#ty, _, __D>(#local(#(#arguments),*), #place));
            Some(quote!({ let #local: fn(#(#parameters),*) -> _ = #function; #converting #upgraded? }))
        }
    };
    let locals: Vec<TokenStream> = step
        .new
        .iter()
        .map(|id| {
            let local = history.local(*id);
            values.insert(*id, local.clone());
            quote!(#local)
        })
        .collect();
    let pattern = one_or_tuple(&locals);
    quote!(let #pattern: #ty = #value;)
}

//! What is left out of the copy of an answer that is kept for replays.

use super::super::model::{ColumnId, Model, Shape};
use super::super::sensitive::may_hold;
use super::super::serde_attrs;
use super::{contains, member, resolve_self};
use crate::names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::BTreeMap;
use syn::ext::IdentExt;
use syn::{Attribute, GenericParam, Type, parse_quote};

const SKIP_IF: &str = "skip_serializing_if";

/// The columns of an older shape that are made of what may hold something sensitive, each with whether it does.
pub(super) struct Doubts {
    /// What is asked before anything is written.
    pub(super) asked: TokenStream,
    pub(super) columns: BTreeMap<ColumnId, TokenStream>,
}

impl Doubts {
    pub(super) fn of(model: &Model, shape: &Shape) -> Self {
        let private = names::private();
        let (mut asked, mut locals, mut columns) = (TokenStream::new(), BTreeMap::new(), BTreeMap::new());
        for id in shape.columns.iter().filter(|id| !model.history.column(**id).is_sensitive) {
            let mut origins = model.history.computed_from(*id);
            origins.retain(|origin| may_hold(&model.history.column(*origin).ty));
            origins.sort_unstable();
            origins.dedup();
            let asking = origins.iter().map(|origin| {
                let local = locals.entry(*origin).or_insert_with(|| {
                    let local =
                        format_ident!("holds_{}", model.history.local(*origin), span = Span::mixed_site());
                    let field = member(model, *origin);
                    asked.extend(quote!(let #local = #private::Sensitivity(&self.#field).is_there();));
                    local
                });
                local.to_token_stream()
            });
            let asking: Vec<_> = asking.collect();
            match asking.as_slice() {
                [] => {}
                [one] => drop(columns.insert(*id, one.clone())),
                several => drop(columns.insert(*id, quote!((#(#several)||*)))),
            }
        }
        if !asked.is_empty() {
            asked = quote!(use #private::NotWritten as _; #asked);
        }
        Self { asked, columns }
    }

    /// For a shape whose columns cannot be left out one by one: nothing is kept of it.
    pub(super) fn inseparable(&self) -> TokenStream {
        let private = names::private();
        let Self { asked, columns } = self;
        if columns.is_empty() {
            return TokenStream::new();
        }
        let any = columns.values();
        quote! {
            #asked
            if #(#any)||* {
                #private::inseparable::<__S::Error>()?;
            }
        }
    }
}

/// Whether a column is left out, beside what the user's `skip_serializing_if` says.
pub(super) fn left_out(model: &Model, doubts: Option<&Doubts>, id: ColumnId) -> Option<TokenStream> {
    let private = names::private();
    if model.history.column(id).is_sensitive {
        return Some(quote!(#private::sensitive()));
    }
    let doubt = doubts?.columns.get(&id)?;
    Some(quote!(#doubt && #private::sensitive()))
}

/// The attributes of a sensitive field in a mirror. `name` tells it from others of the type.
pub(in super::super) fn attributes(attrs: &[Attribute], name: &str) -> Vec<Attribute> {
    let private = names::private().to_string().replace(' ', "");
    let path = match skipped_by(attrs) {
        Some(_) => skip_name(name).to_string(),
        None => format!("{private}::is_sensitive"),
    };
    let mut attrs = serde_attrs::without(attrs, &[SKIP_IF]);
    attrs.push(parse_quote!(#[serde(skip_serializing_if = #path)]));
    attrs.push(parse_quote!(#[schemars(extend("x-sensitive" = true))]));
    attrs
}

/// The function that [`attributes`] names, if there is one for the field.
pub(in super::super) fn function(model: &Model, attrs: &[Attribute], name: &str, ty: &Type) -> TokenStream {
    let Some(user) = skipped_by(attrs) else { return TokenStream::new() };
    let (private, function) = (names::private(), skip_name(name));
    let ty = resolve_self(model, ty);
    // A parameter that the type does not mention could not be inferred.
    let mut generics = model.generics.clone();
    let ident = |param: &GenericParam| match param {
        GenericParam::Lifetime(param) => param.lifetime.ident.clone(),
        GenericParam::Type(param) => param.ident.clone(),
        GenericParam::Const(param) => param.ident.clone(),
    };
    let (used, unused): (Vec<_>, Vec<_>) =
        generics.params.into_iter().partition(|param| contains(ty.clone(), &ident(param)));
    generics.params = used.into_iter().collect();
    if let Some(clause) = &mut generics.where_clause {
        let predicates = std::mem::take(&mut clause.predicates).into_iter();
        clause.predicates = predicates
            .filter(|predicate| {
                !unused.iter().any(|param| contains(predicate.to_token_stream(), &ident(param)))
            })
            .collect();
    }
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    quote! {
        fn #function #impl_generics (value: &#ty) -> bool #where_clause {
            #user(value) || #private::sensitive()
        }
    }
}

/// What the user's own attribute calls.
fn skipped_by(attrs: &[Attribute]) -> Option<syn::ExprPath> {
    let entries =
        attrs.iter().flat_map(|attribute| serde_attrs::entries(attribute, crate::syntax::words::SERDE));
    let entry = entries.into_iter().find(|entry| entry.key == SKIP_IF)?;
    entry.literal()?.parse().ok()
}

fn skip_name(name: &str) -> Ident {
    format_ident!("__skips_{}", name, span = Span::call_site())
}

/// The name of a column of a mirror, for [`attributes`].
pub(super) fn name(model: &Model, id: ColumnId) -> String {
    model.history.local(id).unraw().to_string()
}

/// The functions of all columns.
pub(super) fn functions(model: &Model) -> TokenStream {
    let columns = model.history.ids().filter(|id| model.history.column(*id).is_sensitive);
    columns
        .map(|id| {
            let column = model.history.column(id);
            function(model, &column.attrs, &name(model, id), &column.ty)
        })
        .collect()
}

/// The schema, which says what replays lack.
pub(in super::super) fn schema(model: &Model, schema: TokenStream) -> TokenStream {
    if !model.history.is_sensitive() {
        return schema;
    }
    let private = names::private();
    quote! {{
        let mut __schema = #schema;
        #private::absent_in_replays(__schema.ensure_object());
        __schema
    }}
}

/// `older` was made of `newer`. It says itself what in it is sensitive: if it does not say so of anything, although the
/// newer value holds something, nothing is kept.
pub(in super::super) fn says_itself(
    newer: &TokenStream,
    older: &TokenStream,
    error: &TokenStream,
) -> TokenStream {
    let private = names::private();
    quote! {
        {
            use #private::NotWritten as _;
            if #private::Sensitivity(#newer).is_there() && !#private::Sensitivity(#older).is_there() {
                #private::inseparable::<#error>()?;
            }
        }
    }
}

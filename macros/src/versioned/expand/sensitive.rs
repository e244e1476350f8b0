//! What older shapes show that is made of something sensitive.

use super::super::model::{ColumnId, Model, Shape};
use super::super::sensitive::{is_hidden, may_hold};
use super::super::serde_attrs;
use super::changes::wire_name;
use super::{member, resolve_self};
use crate::names;
use crate::syntax::words;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::BTreeMap;
use syn::Attribute;

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
            let origins = doubtful(model, *id);
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

/// The columns of the head that a column is made of and that may hold something sensitive.
fn doubtful(model: &Model, id: ColumnId) -> Vec<ColumnId> {
    let mut origins = model.history.computed_from(id);
    origins.retain(|origin| may_hold(&model.history.column(*origin).ty));
    origins.sort_unstable();
    origins.dedup();
    origins
}

/// What is hidden is in no shape of its own, but others may be made of it.
pub(in super::super) fn hidden<'a>(mut sensitive: impl Iterator<Item = &'a [Attribute]>) -> TokenStream {
    if !sensitive.any(is_hidden) {
        return TokenStream::new();
    }
    let private = names::private();
    quote!(#private::sensitive();)
}

/// The schema of an older shape, or of the newest, which says what replays lack.
pub(in super::super) fn schema(model: &Model, shape: Option<&Shape>, schema: TokenStream) -> TokenStream {
    let (private, schemars) = (names::private(), &model.schemars);
    let marked = shape.map(|shape| {
        let columns = shape.columns.iter().filter(|id| !model.history.column(**id).is_sensitive);
        let columns = columns.map(|id| {
            let mut origins = doubtful(model, *id);
            origins.retain(|origin| is_described(&model.history.column(*origin).attrs));
            let name = wire_name(&model.attrs, model.history.column(*id), words::WRITTEN);
            let types = origins.iter().map(|origin| resolve_self(model, &model.history.column(*origin).ty));
            let asked = types.map(|ty| {
                quote! {
                    #private::shows_sensitive(
                        #private::stored(|| <#schemars::SchemaGenerator as ::core::default::Default>::default().into_root_schema_for::<#ty>()).as_value()
                    )
                }
            });
            let asked: Vec<_> = asked.collect();
            if asked.is_empty() {
                return TokenStream::new();
            }
            quote!(if #(#asked)||* { #private::mark_sensitive(__schema.ensure_object(), #name); })
        });
        columns.collect::<TokenStream>()
    });
    let marked = marked.unwrap_or_default();
    if marked.is_empty() && !model.history.is_sensitive() {
        return schema;
    }
    quote! {{
        let mut __schema = #schema;
        #marked
        #private::absent_in_replays(__schema.ensure_object());
        __schema
    }}
}

/// Whether the type of a field is what its schema is made from.
fn is_described(attrs: &[Attribute]) -> bool {
    let keys = ["with", "serialize_with", "deserialize_with", "schema_with", "skip", "skip_serializing"];
    let names = [words::SERDE, words::SCHEMARS];
    let mut entries = attrs
        .iter()
        .flat_map(|attribute| names.into_iter().flat_map(|name| serde_attrs::entries(attribute, name)));
    !entries.any(|entry| keys.iter().any(|key| entry.key == key))
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

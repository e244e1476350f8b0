//! Whether a text tells all of a value: the macro knows of each column whether what is written of it does.
//!
//! The runtime asks that of responses, which may be stored in their newest shape only if older shapes are made of what
//! that one tells, and of requests, which are compared as values.

use super::super::model::{Column, ColumnId, Conversion, Model};
use super::super::serde_attrs;
use super::{contains, omitted, resolve_self};
use crate::names;
use crate::syntax::words;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Type, TypeParam};

/// Whether what is written of some fields tells all of their values.
pub(in super::super) enum Tells {
    /// If what is written of each of these rows does.
    If(Vec<usize>),
    Never,
}

impl Tells {
    /// What is known of fields with these attributes, by their places among the rows of the type.
    pub(in super::super) fn of<'a>(fields: impl IntoIterator<Item = (&'a [Attribute], usize)>) -> Self {
        let harmless = |(attrs, row)| are_harmless(attrs).then_some(row);
        fields.into_iter().map(harmless).collect::<Option<_>>().map_or(Self::Never, Self::If)
    }

    /// As an expression of `Told`, of these rows.
    pub(in super::super) fn expression(&self, rows: &TokenStream) -> TokenStream {
        let p = names::private();
        match self {
            Self::Never => quote!(#p::Told::LESS),
            Self::If(told) if told.is_empty() => quote!(#p::Told::ALL),
            Self::If(told) => quote!(#p::rows_tell(#rows, &[#(#told),*])),
        }
    }
}

/// Notes that older shapes may show something that the newest does not tell, if they do not depend on what it tells; `types`
/// are those of the rows.
pub(in super::super) fn noted_unless(model: &Model, tells: &Tells, types: &[&Type]) -> TokenStream {
    let p = names::private();
    let told = match tells {
        Tells::If(rows) if rows.is_empty() => return TokenStream::new(),
        Tells::If(rows) if model.generics.type_params().next().is_some() => {
            // Of a parameter it is not known here what it tells.
            let types: Vec<_> = rows.iter().filter_map(|row| types.get(*row)).collect();
            let is_generic = |ty: &&&Type| {
                let ty = ty.to_token_stream();
                model.generics.type_params().any(|param| contains(ty.clone(), &param.ident))
            };
            if types.iter().any(is_generic) {
                quote!(#p::Told::LESS)
            } else {
                quote!(#p::all_tell(&[#(#p::held::<#types, #p::Full>("", "").tells),*]))
            }
        }
        tells => tells.expression(&quote!(<Self as #p::Holds<#p::Full>>::HELD)),
    };
    quote!(#p::wire::lossy_unless(const { #told.is_all_of_a_response() });)
}

/// Of a struct: whether the newest shape tells what older ones show.
pub(super) fn older_shapes(model: &Model) -> Tells {
    let history = &model.history;
    let mut origins: Vec<ColumnId> = Vec::new();
    for id in history.ids().filter(|id| !history.column(*id).is_sensitive) {
        // What is sensitive is in no shape that is stored.
        if is_written_otherwise(model, id) {
            return Tells::Never;
        }
        origins.extend(history.computed_from(id));
    }
    if replaces(model) {
        origins.extend(&history.head);
    }
    origins.sort_unstable();
    origins.dedup();
    Tells::of(columns(model, &origins))
}

/// Whether a struct tells all of its value.
pub(super) fn whole(model: &Model) -> Tells {
    let head = &model.history.head;
    if model.history.is_sensitive() {
        return Tells::Never;
    }
    Tells::of(columns(model, head))
}

/// Columns of the head, of which each is the row of its place.
fn columns<'a>(model: &'a Model, ids: &'a [ColumnId]) -> impl Iterator<Item = (&'a [Attribute], usize)> {
    let row = |id: &ColumnId| model.history.head.iter().position(|other| other == id).unwrap_or_default();
    ids.iter().map(move |id| (&*model.history.column(*id).attrs, row(id)))
}

/// Whether older shapes are made of the whole.
pub(in super::super) fn replaces(model: &Model) -> bool {
    model.replaced.as_ref().is_some_and(|replaced| replaced.downgrade.is_some())
}

/// Whether a function of the user's writes a column of an older shape, and none that of the newer.
fn is_written_otherwise(model: &Model, id: ColumnId) -> bool {
    let is_written = |id| {
        let attrs = &model.history.column(id).attrs;
        ["with", "serialize_with"].iter().any(|key| serde_attrs::has(attrs, key))
    };
    let renamed = model.history.steps.iter().find(|step| step.old.contains(&id));
    let renamed = renamed.filter(|step| matches!(step.conversion, Conversion::Renamed));
    renamed.is_some_and(|step| is_written(id) && !is_written(step.new[0]))
}

/// Notes that a struct hides a part of its value.
pub(super) fn hidden(model: &Model) -> TokenStream {
    let hides = model.history.head.iter().any(|id| {
        let attrs = &model.history.column(*id).attrs;
        let is_converted =
            model.history.steps.iter().any(|step| step.new.contains(id) && !step.old.is_empty());
        hides(attrs) || is_converted && serde_attrs::has(attrs, "skip")
    });
    noted(hides)
}

/// Whether a column of an older shape that the value does not have counts when requests are compared.
pub(super) fn counts(model: &Model, id: ColumnId) -> bool {
    model.derives.serialize.is_some() && !model.history.column(id).is_skipped
}

/// Notes a column that the value does not have.
pub(super) fn dropped(model: &Model, id: ColumnId, local: &Ident) -> TokenStream {
    let p = names::private();
    let Column { ty, attrs, .. } = model.history.column(id);
    let is_generic = |param: &TypeParam| contains(ty.to_token_stream(), &param.ident);
    if hides(attrs) || model.generics.type_params().any(is_generic) {
        return quote!(#p::wire::incomplete(););
    }
    let ty = resolve_self(model, ty);
    quote!(#p::dropped::<#ty>(&#local);)
}

pub(in super::super) fn noted(is_incomplete: bool) -> TokenStream {
    let p = names::private();
    if is_incomplete { quote!(#p::wire::incomplete();) } else { TokenStream::new() }
}

/// Whether fields with these attributes are read and not written, or not as they are.
pub(in super::super) fn hides(attrs: &[Attribute]) -> bool {
    const HIDING: [&str; 4] = ["with", "serialize_with", "skip_serializing", "getter"];
    HIDING.iter().any(|key| serde_attrs::has(attrs, key)) || !entries(attrs, omitted::SKIP_IF, is_empty)
}

/// Whether what is written of a field depends on nothing but its type.
fn are_harmless(attrs: &[Attribute]) -> bool {
    const HARMLESS: [&str; 5] = [words::RENAME, words::DEFAULT, "alias", "borrow", "deserialize_with"];
    let of_serde = attrs.iter().flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE));
    let mut keys = of_serde.map(|entry| entry.key);
    keys.all(|key| key == omitted::SKIP_IF || HARMLESS.iter().any(|harmless| key == harmless))
        && entries(attrs, omitted::SKIP_IF, is_empty)
}

/// Whether a function leaves out one value alone.
fn is_empty(path: &str) -> bool {
    ["Option::is_none", "Vec::is_empty", "String::is_empty"].contains(&path)
}

/// Whether all entries with this key have such a text.
fn entries(attrs: &[Attribute], key: &str, is: impl Fn(&str) -> bool) -> bool {
    let of_serde = attrs.iter().flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE));
    let mut entries = of_serde.filter(|entry| entry.key == key);
    entries.all(|entry| entry.literal().is_some_and(|text| is(&text.value())))
}

//! `Fingerprint` on a versioned type: what does not count goes by other names in older shapes.

use super::expand::changes::wire_name;
use super::expand::resolve_self;
use super::model::{ColumnId, Derives, Model};
use super::serde_attrs;
use crate::diag::{Sink, fingerprint_messages as messages};
use crate::fingerprint::{self, Member, Model as Intent};
use crate::syntax::words;
use proc_macro2::TokenStream;
use std::iter;
use syn::{Attribute, Ident, ItemStruct};

/// What cannot be, whatever the history.
pub(super) fn refuse(item: &ItemStruct, derives: &Derives, sink: &mut Sink) {
    fingerprint::refuse(&item.attrs, "a type", sink);
    let of_fields = item.fields.iter().flat_map(|field| &field.attrs);
    refuse_without_derive(of_fields, &item.ident, derives, sink);
    match &derives.fingerprint {
        // #[versioned] #[derive(Serialize, Fingerprint)] struct Payment { .. }
        Some(path) if derives.deserialize.is_none() && derives.serialize.is_some() => {
            sink.push(messages::not_read(path));
        }
        _ => {}
    }
}

/// What does not count is said, and nothing derived that hears it.
// #[versioned] #[derive(Deserialize)] struct Payment { #[fingerprint(skip)] sent_at: u64 }
pub(super) fn refuse_without_derive<'a>(
    mut attrs: impl Iterator<Item = &'a Attribute>,
    ident: &Ident,
    derives: &Derives,
    sink: &mut Sink,
) {
    if derives.fingerprint.is_none()
        && let Some(attribute) = attrs.find(|attribute| fingerprint::is_ours(attribute))
    {
        sink.push(messages::without_derive(attribute.path(), ident));
    }
}

/// What must hold of all shapes.
pub(super) fn check(model: &Model, sink: &mut Sink) {
    let Some(path) = &model.derives.fingerprint else { return };
    // #[replaced(in = "2025-09-30", was(Charge), ..)] #[derive(Deserialize, Fingerprint)] struct Payment { .. }
    if model.replaced.is_some() {
        sink.push(messages::versioned_replaced(path));
    }
    fingerprint::check(&read(model), &model.ident, &model.generics, sink);
    for id in model.history.shapes.iter().flat_map(|shape| &shape.columns).chain(&model.history.head) {
        let column = model.history.column(*id);
        if is_skipped(model, *id) && serde_attrs::has(&column.attrs, "flatten") {
            sink.push(messages::flattened(path));
            return;
        }
    }
}

/// The implementation, if it is derived.
pub(super) fn expand(model: &Model) -> TokenStream {
    if model.derives.fingerprint.is_none() {
        return TokenStream::new();
    }
    fingerprint::implementation(&model.ident, &model.generics, &fingerprint::said_by(&read(model)))
}

fn read(model: &Model) -> Intent {
    let older = model.history.shapes.iter().map(|shape| &shape.columns);
    Intent::either(iter::once(&model.history.head).chain(older).map(|columns| shape(model, columns)))
}

fn shape(model: &Model, columns: &[ColumnId]) -> Intent {
    let ty = |id| {
        let ty = &model.history.column(id).ty;
        // What stood in an attribute as a type is one with another name, too.
        syn::parse2(resolve_self(model, ty)).unwrap_or_else(|_| ty.clone())
    };
    if let (true, [one]) = (model.is_tuple || model.is_transparent, columns) {
        return Intent::same(ty(*one));
    }
    Intent::of(columns.iter().enumerate().map(|(at, id)| {
        let column = model.history.column(*id);
        let name = if model.is_tuple { at.to_string() } else { wire_name(model, column, words::READ) };
        Member {
            names: fingerprint::names(name, &column.attrs),
            ty: ty(*id),
            skipped: is_skipped(model, *id),
            flat: serde_attrs::has(&column.attrs, "flatten"),
        }
    }))
}

/// Whether a column does not count: it says so, or what it became does not.
fn is_skipped(model: &Model, id: ColumnId) -> bool {
    let became = model.history.steps.iter().find(|step| step.old.contains(&id)).map(|step| &step.new);
    model.history.column(id).is_skipped
        || became.is_some_and(|new| !new.is_empty() && new.iter().all(|id| is_skipped(model, *id)))
}

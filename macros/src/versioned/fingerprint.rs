//! `Fingerprint` on a versioned type: its `Serialize` leaves out what does not count, in every shape.

use super::model::Derives;
use crate::diag::{Sink, fingerprint_messages as messages};
use crate::fingerprint;
use syn::{Attribute, Fields, Ident, ItemEnum, ItemStruct};

/// What cannot be of a struct, whatever its history.
pub(super) fn refuse_in_struct(item: &ItemStruct, is_transparent: bool, derives: &Derives, sink: &mut Sink) {
    let is_whole = is_transparent || matches!(&item.fields, Fields::Unnamed(of) if of.unnamed.len() == 1);
    let mut of_fields = item.fields.iter().flat_map(|field| &field.attrs);
    refuse(&item.attrs, of_fields.clone(), &item.ident, derives, sink);
    // #[versioned] struct Reference(#[fingerprint(skip)] u64);
    if is_whole && let Some(attribute) = of_fields.find(|attribute| fingerprint::is_ours(attribute)) {
        sink.push(messages::nothing_left(attribute.path()));
    }
}

/// What cannot be of an enum, whatever its history.
pub(super) fn refuse_in_enum(item: &ItemEnum, derives: &Derives, sink: &mut Sink) {
    let of_fields = item.variants.iter().flat_map(|variant| &variant.fields);
    refuse(&item.attrs, of_fields.flat_map(|field| &field.attrs), &item.ident, derives, sink);
    for variant in &item.variants {
        fingerprint::refuse(&variant.attrs, "a variant", sink);
        for field in &variant.fields {
            let is_skipped = fingerprint::is_skipped(&field.attrs, sink);
            let is_whole = matches!(&variant.fields, Fields::Unnamed(of) if of.unnamed.len() == 1);
            // #[versioned] enum Method { Other(#[fingerprint(skip)] String) }
            if is_skipped
                && is_whole
                && let Some(attribute) = field.attrs.iter().find(|attribute| fingerprint::is_ours(attribute))
            {
                sink.push(messages::nothing_left(attribute.path()));
            }
        }
    }
}

fn refuse<'a>(
    attrs: &[Attribute],
    mut of_fields: impl Iterator<Item = &'a Attribute>,
    ident: &Ident,
    derives: &Derives,
    sink: &mut Sink,
) {
    fingerprint::refuse(attrs, "a type", sink);
    let Some(path) = &derives.fingerprint else {
        // #[versioned] #[derive(Deserialize)] struct Payment { #[fingerprint(skip)] sent_at: u64 }
        if let Some(attribute) = of_fields.find(|attribute| fingerprint::is_ours(attribute)) {
            sink.push(messages::without_derive(attribute.path(), ident));
        }
        return;
    };
    match (&derives.serialize, &derives.deserialize) {
        // #[versioned] #[derive(Serialize, Fingerprint)] struct Payment { .. }
        (Some(_), None) => sink.push(messages::not_read(path)),
        // #[versioned] #[derive(Deserialize, Fingerprint)] struct Payment { .. }
        (None, Some(_)) => sink.push(messages::not_written(path)),
        _ => {}
    }
}

//! The payloads of variants that are left out of some texts.

use super::super::expand::omitted::Omitted;
use super::super::expand::sensitive;
use super::super::sensitive::is_ours as is_sensitive;
use super::super::shape::is_opaque;
use super::model::{Model, Origin};
use crate::fingerprint;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Field, Fields};

/// The attributes of a payload.
pub(super) fn attributes(origin: &Origin, field: &Field) -> Vec<Attribute> {
    let mut attrs = field.attrs.clone();
    attrs.retain(|attribute| {
        !is_sensitive(attribute) && !fingerprint::is_ours(attribute) && !is_opaque(attribute)
    });
    match origin {
        Origin::Head(i) => omitted(field).attributes(&attrs, &name(*i, field)),
        Origin::Removed(_) => attrs,
    }
}

/// The functions that leave payloads out.
pub(super) fn functions(model: &Model) -> TokenStream {
    let members = model.head.members.iter().enumerate();
    let fields = members.flat_map(|(i, member)| member.fields.iter().map(move |field| (i, field)));
    fields
        .map(|(i, field)| omitted(field).function(&model.base, &field.attrs, &name(i, field), &field.ty))
        .collect()
}

fn omitted(field: &Field) -> Omitted {
    Omitted {
        is_sensitive: field.attrs.iter().any(is_sensitive),
        is_skipped: field.attrs.iter().any(fingerprint::is_ours),
    }
}

/// Tells a payload of the newest shape from all others.
fn name(variant: usize, field: &Field) -> String {
    let field = field.ident.as_ref().map(|field| field.unraw().to_string()).unwrap_or_default();
    format!("{variant}_{field}")
}

/// That a variant is shown which hides something sensitive.
pub(super) fn hidden(model: &Model) -> TokenStream {
    let fields = model.head.members.iter().flat_map(|member| &member.fields);
    sensitive::hidden(fields.filter(|field| field.attrs.iter().any(is_sensitive)).map(|field| &*field.attrs))
}

/// What a downgrade gave says itself what in it is sensitive; the name of a variant alone tells nothing of what the newer
/// one holds.
pub(super) fn says_itself(model: &Model, error: &TokenStream) -> TokenStream {
    let says = sensitive::says_itself(&quote!(__head), &quote!(&__older), error);
    let ident = &model.base.ident;
    let units = model.head.members.iter().filter(|member| matches!(member.fields, Fields::Unit));
    let units: Vec<_> = units.map(|member| &member.ident).collect();
    if units.is_empty() { says } else { quote!(if !::core::matches!(__older, #(#ident::#units)|*) #says) }
}

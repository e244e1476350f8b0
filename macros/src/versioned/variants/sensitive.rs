//! The payloads of variants that are left out of what is kept for replays.

use super::super::expand::sensitive;
use super::super::sensitive::is_ours as is_sensitive;
use super::model::{Model, Origin};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Field, Fields};

/// The attributes of a payload; one that is sensitive is left out of what is kept for replays.
pub(super) fn attributes(origin: &Origin, field: &Field) -> Vec<Attribute> {
    let (own, mut attrs): (Vec<_>, Vec<_>) = field.attrs.iter().cloned().partition(is_sensitive);
    if let (false, Origin::Head(i)) = (own.is_empty(), origin) {
        attrs = sensitive::attributes(&attrs, &skip_name(*i, field));
    }
    attrs
}

/// The functions that skip sensitive payloads.
pub(super) fn skips(model: &Model) -> TokenStream {
    let members = model.head.members.iter().enumerate();
    let fields = members.flat_map(|(i, member)| member.fields.iter().map(move |field| (i, field)));
    let fields = fields.filter(|(_, field)| field.attrs.iter().any(is_sensitive));
    fields
        .map(|(i, field)| sensitive::function(&model.base, &field.attrs, &skip_name(i, field), &field.ty))
        .collect()
}

/// Tells a payload of the newest shape from all others.
fn skip_name(variant: usize, field: &Field) -> String {
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

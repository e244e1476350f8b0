//! The history of an enum as data, and where its payloads are on the wire.

use super::super::expand::changes;
use super::super::expand::place::segment;
use super::super::serde_attrs;
use super::complete::whole;
use super::model::{Change, Member, Model, Shape};
use super::names::{read_name, written};
use super::tagging::Tagging;
use crate::syntax::words;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Field;
use syn::ext::IdentExt;

/// The history as data.
pub(super) fn expand(model: &Model) -> TokenStream {
    let changes = model.changes.iter().map(|change| {
        let Change { date, verb, old, new, claim } = change;
        (*date, changes::type_change(*date, verb, old, new, claim, changes::Facts::none()))
    });
    let tagging = Tagging::of(&model.head.attrs);
    let payloads = model.head.members.iter().flat_map(|member| {
        let name = serde_attrs::text(&member.attrs, words::RENAME)
            .unwrap_or_else(|| written(&model.head.attrs, &member.ident));
        let around = match &tagging {
            Tagging::External => segment(&name),
            Tagging::Adjacent { content, .. } => segment(content),
            Tagging::Internal { .. } | Tagging::Untagged => String::new(),
        };
        let fields = member.fields.iter().enumerate();
        fields.map(move |(i, field)| changes::Held {
            field: name.clone(),
            at: around.clone() + &within(model, member, i, field),
            ty: &field.ty,
        })
    });
    let layout = if tagging == Tagging::External {
        quote!(Variants)
    } else {
        let count = model.head.members.iter().filter(|member| !member.fields.is_empty()).count();
        quote!(Tagged(#count))
    };
    changes::implementation(&model.base, &layout, changes.collect(), payloads.collect(), &whole(model))
}

/// Where a field is within its variant.
fn within(model: &Model, member: &Member, position: usize, field: &Field) -> String {
    let Some(ident) = &field.ident else {
        return if member.fields.len() == 1 { String::new() } else { format!("/{position}") };
    };
    if serde_attrs::has(&field.attrs, "flatten") {
        return String::new();
    }
    let rule = serde_attrs::text(&member.attrs, words::RENAME_ALL)
        .or_else(|| serde_attrs::text(&model.head.attrs, "rename_all_fields"));
    let name = ident.unraw().to_string();
    let name = serde_attrs::text(&field.attrs, words::RENAME)
        .unwrap_or_else(|| rule.map_or(name.clone(), |rule| changes::cased(&name, &rule)));
    segment(&name)
}

/// Where the payload of a variant is, from where the enum is.
pub(super) fn place(shape: &Shape, member: &Member) -> String {
    match Tagging::of(&shape.attrs) {
        Tagging::External => segment(&read_name(shape, member)),
        Tagging::Adjacent { content, .. } => segment(&content),
        Tagging::Internal { .. } | Tagging::Untagged => String::new(),
    }
}

//! The history of an enum as data, and where its payloads are on the wire.

use super::super::expand::changes;
use super::super::expand::place::segment;
use super::super::serde_attrs;
use super::super::shape::{Row, is_opaque};
use super::complete::whole;
use super::model::{Change, Member, Model, Origin, Shape};
use super::names::{read_name, written};
use super::tagging::Tagging;
use crate::names::private;
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
    let mut rows: Vec<_> =
        model.head.members.iter().flat_map(|member| payload(model, member, &tagging)).collect();
    let older = model.shapes.iter().zip(&model.base.history.shapes).flat_map(|(shape, of)| {
        let removed = shape.members.iter().filter(|member| matches!(member.origin, Origin::Removed(_)));
        removed.flat_map(|member| payload(model, member, &tagging)).map(|row| (of.until, row))
    });
    changes::add_older(&mut rows, older);
    let layout = if tagging == Tagging::External {
        quote!(Variants)
    } else {
        let count = model.head.members.iter().filter(|member| !member.fields.is_empty()).count();
        quote!(Tagged(#count))
    };
    let p = private();
    let null = if tagging == Tagging::Untagged { quote!(#p::Null::Sometimes) } else { changes::null(false) };
    changes::implementation(&model.base, layout, changes.collect(), rows, whole(model), null)
}

/// What is in a variant of the head, or in one that it has no more.
fn payload<'a>(model: &'a Model, member: &'a Member, tagging: &Tagging) -> Vec<Row<'a>> {
    let name = serde_attrs::text(&member.attrs, words::RENAME)
        .unwrap_or_else(|| written(&model.head.attrs, &member.ident));
    let around = match tagging {
        Tagging::External => segment(&name),
        Tagging::Adjacent { content, .. } => segment(content),
        Tagging::Internal { .. } | Tagging::Untagged => String::new(),
    };
    let row = |(i, field): (usize, &'a Field)| Row {
        field: name.clone(),
        at: around.clone() + &within(model, member, i, field),
        ty: &field.ty,
        is_opaque: field.attrs.iter().any(is_opaque),
        is_skipped: changes::is_skipped(&member.attrs) || changes::is_skipped(&field.attrs),
    };
    member.fields.iter().enumerate().map(row).collect()
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

//! `#[sensitive]`: what the first answer shows, and what is kept for replays leaves out.

use super::check::Placed;
use super::model::Derives;
use super::serde_attrs;
use crate::diag::{Sink, messages::sensitive as messages};
use crate::syntax::words;
use syn::{
    Attribute, Field, Fields, GenericArgument, Ident, ItemEnum, ItemStruct, Meta, PathArguments, Type,
};

pub(super) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident(words::SENSITIVE)
}

/// Whether a field is sensitive.
pub(super) fn check_struct(
    item: &ItemStruct,
    is_transparent: bool,
    statements: &[Placed],
    derives: &Derives,
    sink: &mut Sink,
) -> bool {
    misplaced(&item.attrs, sink);
    let is_tuple = matches!(item.fields, Fields::Unnamed(_));
    let mut is_any = false;
    let takes = Takes { ident: &item.ident, derives, is_transparent, is_converted: !statements.is_empty() };
    for field in &item.fields {
        is_any |= takes.check(field, sink);
    }
    for column in statements.iter().flat_map(|placed| placed.statement.was()) {
        let Some(attribute) = one(&column.attrs, sink) else { continue };
        is_any = true;
        // Pair(#[changed(in = "2025-09-30", was(#[sensitive] String), ..)] u64, u64)
        if is_tuple {
            sink.push(messages::no_name(attribute.path()));
        // #[derive(Deserialize)] .. #[changed(in = "2025-09-30", was(#[sensitive] pin: String), ..)]
        } else if derives.serialize.is_none() {
            sink.push(messages::never_written(attribute.path(), &item.ident));
        }
    }
    is_any
}

/// Whether a field of a variant is sensitive.
pub(super) fn check_enum(item: &ItemEnum, is_converted: bool, derives: &Derives, sink: &mut Sink) -> bool {
    misplaced(&item.attrs, sink);
    let takes = Takes { ident: &item.ident, derives, is_transparent: false, is_converted };
    let mut is_any = false;
    for variant in &item.variants {
        misplaced(&variant.attrs, sink);
        for field in &variant.fields {
            is_any |= takes.check(field, sink);
        }
    }
    is_any
}

/// The type whose fields are checked.
struct Takes<'a> {
    ident: &'a Ident,
    derives: &'a Derives,
    is_transparent: bool,
    /// Whether older shapes may show what the newest hides.
    is_converted: bool,
}

impl Takes<'_> {
    fn check(&self, field: &Field, sink: &mut Sink) -> bool {
        let Some(attribute) = one(&field.attrs, sink) else { return false };
        let has = |key| serde_attrs::has(&field.attrs, key);
        // struct Secret(#[sensitive] String);
        if field.ident.is_none() {
            sink.push(messages::no_name(attribute.path()));
        // #[serde(transparent)] struct Secret { #[sensitive] text: String }
        } else if self.is_transparent {
            sink.push(messages::transparent(attribute.path()));
        // #[sensitive] #[serde(flatten)] card: Card
        } else if has("flatten") {
            sink.push(messages::flattened(attribute.path()));
        // #[derive(Deserialize)] struct NewCard { #[sensitive] number: String }
        } else if self.derives.serialize.is_none() && self.derives.deserialize.is_some() {
            sink.push(messages::never_written(attribute.path(), self.ident));
        // #[sensitive] #[serde(skip_serializing)] number: String
        } else if is_hidden(&field.attrs) && !self.is_converted {
            sink.push(messages::skipped(attribute.path()));
        }
        true
    }
}

/// Whether no newest shape shows the field.
pub(super) fn is_hidden(attrs: &[Attribute]) -> bool {
    serde_attrs::has(attrs, "skip") || serde_attrs::has(attrs, "skip_serializing")
}

/// The attribute, if it stands there; once, and without arguments.
fn one<'a>(attrs: &'a [Attribute], sink: &mut Sink) -> Option<&'a Attribute> {
    let mut own = attrs.iter().filter(|attribute| is_ours(attribute));
    let first = own.next()?;
    // #[sensitive(in = "2025-09-30")] number: String
    if !matches!(first.meta, Meta::Path(_)) {
        sink.push(messages::arguments(first));
    }
    for second in own {
        // #[sensitive] #[sensitive] number: String
        sink.push(messages::twice(second.path()));
    }
    Some(first)
}

fn misplaced(attrs: &[Attribute], sink: &mut Sink) {
    for attribute in attrs.iter().filter(|attribute| is_ours(attribute)) {
        // #[sensitive] struct Card { number: String }
        sink.push(messages::not_on_a_field(attribute.path()));
    }
}

/// Whether a value of the type may hold fields that are sensitive.
pub(super) fn may_hold(ty: &Type) -> bool {
    const PLAIN: [&str; 17] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "f32", "f64",
    ];
    match ty {
        Type::Reference(reference) => may_hold(&reference.elem),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return true };
            match &last.arguments {
                PathArguments::None => !PLAIN.iter().any(|plain| path.path.is_ident(plain)),
                PathArguments::AngleBracketed(of)
                    if ["Option", "Vec", "Box"].iter().any(|name| last.ident == name) =>
                {
                    of.args.iter().any(|of| !matches!(of, GenericArgument::Type(ty) if !may_hold(ty)))
                }
                _ => true,
            }
        }
        _ => true,
    }
}

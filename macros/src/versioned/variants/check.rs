//! From the user's enum to a [`Model`], or to errors.

use super::super::attr::Verb;
use super::super::check::{derives_of, is_conditional};
use super::super::model::{self, Column, History, Place};
use super::super::serde_attrs::{self, Container};
use super::super::{constrained, fingerprint, replaced, sensitive};
use super::attr::{self, Statement, is_retagged};
use super::model::{Change, Model};
use super::names::written;
use super::tagging::Tagging;
use super::trace;
use crate::diag::Sink;
use crate::diag::messages::variants as messages;
use crate::fingerprint::is_ours as is_fingerprint;
use crate::syntax::words;
use syn::{Attribute, Fields, Ident, ItemEnum, Type, Variant};

/// A statement and the variant it stands on; `None` if it stands on the enum.
pub(super) struct Placed {
    pub(super) statement: Statement,
    pub(super) variant: Option<usize>,
}

/// The model, if nothing is wrong.
pub(super) fn model(item: &ItemEnum, open: Option<&Ident>, sink: &mut Sink) -> Option<Model> {
    let inner = item
        .variants
        .iter()
        .flat_map(|variant| variant.attrs.iter().chain(variant.fields.iter().flat_map(|field| &field.attrs)));
    let derives = derives_of(&item.attrs, inner.clone(), &item.ident, sink);
    fingerprint::refuse_in_enum(item, &derives, sink);
    let container = Container::read(&item.attrs, &item.ident, "", sink);
    let mut statements = Vec::new();
    let mut complete = derives.serialize.is_some() || derives.deserialize.is_some();
    complete &= read(&item.attrs, None, item, &mut statements, sink);
    for (i, variant) in item.variants.iter().enumerate() {
        complete &= read(&variant.attrs, Some(i), item, &mut statements, sink);
        constrained::refuse(&variant.attrs, sink);
        for field in &variant.fields {
            constrained::refuse(&field.attrs, sink);
            fields_have_none(&field.attrs, &variant.ident, &variant.fields, sink);
        }
        // #[cfg(feature = "refunds")] Refunded
        if let Some(cfg) = variant.attrs.iter().find(|attribute| is_conditional(attribute)) {
            sink.push(messages::conditional_variant(cfg.path()));
        }
    }
    let replaced = replaced::read(&item.attrs, &item.ident, &item.generics, &derives, sink);
    let dates = statements.iter().map(|placed| &placed.statement.date);
    complete &= replaced::is_older_than(replaced.as_ref(), dates, sink);
    let constraints = constrained::read([(None, &*item.attrs)], &[], &item.ident, &derives, sink);
    let is_sensitive = sensitive::check_enum(item, !statements.is_empty(), &derives, sink);
    let is_open = open.is_none_or(|open| opens(item, open, sink));
    if !complete || !is_open {
        return None;
    }

    let traced = trace::trace(item, &container, open, &statements, &derives, sink);
    let Container { attrs, default, bounds, schemars, transparent: _ } = container;
    let mut history = History::new(Vec::new());
    for (ty, attrs) in traced.payloads() {
        history.add(payload(ty.clone(), attrs, is_sensitive));
    }
    history.shapes =
        traced.untils.iter().map(|until| model::Shape { until: *until, columns: Vec::new() }).collect();
    let base = model::Model {
        ident: item.ident.clone(),
        generics: item.generics.clone(),
        derives,
        attrs,
        default,
        bounds,
        schemars,
        history,
        is_tuple: false,
        is_transparent: false,
        replaced,
        constraints,
    };
    let mut changes: Vec<Change> = statements.iter().map(|placed| as_data(placed, item)).collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.date));
    let trace::Traced { head, shapes, mappings, .. } = traced;
    let model = Model { base, is_open: open.is_some(), head, shapes, mappings, changes };
    sink.is_clean().then_some(model)
}

/// A statement as changelogs tell it, by the names on the wire.
fn as_data(placed: &Placed, item: &ItemEnum) -> Change {
    let name = |ident: &Ident, attrs: &[Attribute]| {
        serde_attrs::text(attrs, words::RENAME).unwrap_or_else(|| written(&item.attrs, ident))
    };
    let own = placed.variant.map(|variant| &item.variants[variant]);
    let own: Vec<String> = own.iter().map(|variant| name(&variant.ident, &variant.attrs)).collect();
    let old = |was: &Variant| vec![name(&was.ident, &was.attrs)];
    let Statement { date, claim, change, span: _ } = &placed.statement;
    let (verb, old, new) = match change {
        attr::Change::Added { .. } => ("Added", Vec::new(), own),
        attr::Change::Renamed { was } => ("Renamed", old(was), own),
        attr::Change::Removed { was, .. } => ("Removed", old(was), Vec::new()),
        attr::Change::Retagged { .. } => ("Retagged", Vec::new(), Vec::new()),
    };
    Change { date: date.date, verb, old, new, claim: claim.clone() }
}

/// Whether every statement could be read.
fn read(
    attrs: &[Attribute],
    variant: Option<usize>,
    item: &ItemEnum,
    into: &mut Vec<Placed>,
    sink: &mut Sink,
) -> bool {
    let mut complete = true;
    for attribute in attrs {
        let mut own = Sink::new();
        let statement = match variant {
            None => Statement::of_the_enum(attribute, &mut own),
            Some(i) => {
                replaced::refuse(attribute, &mut own);
                Statement::of_a_variant(attribute, &item.variants[i], &mut own)
            }
        };
        complete &= own.is_clean();
        own.into_errors().into_iter().for_each(|error| sink.push(error));
        into.extend(statement.map(|statement| Placed { statement, variant }));
    }
    complete
}

/// A payload has no statements of its own.
fn fields_have_none(attrs: &[Attribute], variant: &Ident, fields: &Fields, sink: &mut Sink) {
    for attribute in attrs {
        let is_ours = Verb::of(attribute).is_some() || is_retagged(attribute) || replaced::is_ours(attribute);
        if let (true, Some(word)) = (is_ours, attribute.path().get_ident()) {
            // Partial { #[renamed(in = "2025-09-30", was(cents))] amount: i64 }
            sink.push(messages::statement_in_a_variant(word, variant, matches!(fields, Fields::Named(_))));
        }
    }
}

/// Whether the variant can stand for members that nobody knows.
fn opens(item: &ItemEnum, open: &Ident, sink: &mut Sink) -> bool {
    let Some(variant) = item.variants.iter().find(|variant| variant.ident == *open) else {
        // #[versioned(open = Unknwon)]
        sink.push(messages::unknown_variant(open, &item.ident, &trace::idents(item)));
        return false;
    };
    // #[versioned(open = Unknown)] enum Status { Unknown(String) }
    if !matches!(variant.fields, Fields::Unit) {
        sink.push(messages::open_with_payload(open));
        return false;
    }
    // #[versioned(open = Unknown)] #[serde(untagged)] enum Status { Unknown }
    if Tagging::of(&item.attrs) == Tagging::Untagged {
        sink.push(messages::open_and_untagged(open));
        return false;
    }
    // #[versioned(open = Unknown)] enum Status { Unknown, #[serde(other)] Other }
    if let Some(other) = item.variants.iter().find(|variant| serde_attrs::has(&variant.attrs, "other"))
        && other.ident != *open
    {
        sink.push(messages::open_and_other(open, &other.ident));
        return false;
    }
    true
}

/// A field of a variant, as far as the bounds of the impls need it.
fn payload(ty: Type, attrs: Vec<Attribute>, is_sensitive: bool) -> Column {
    let is_skipped = attrs.iter().any(is_fingerprint);
    Column {
        ident: quote::format_ident!("_payload"),
        ty,
        attrs,
        until: None,
        place: Place { field: 0, stays: true },
        from_whole: false,
        is_sensitive,
        is_skipped,
        is_opaque: false,
    }
}

//! `#[constrained(..)]`: what must hold of values that are read, at every version or from one on.

use super::attr::Verb;
use super::check::Placed;
use super::model::Derives;
use crate::diag::Sink;
use crate::diag::messages::{self as common, constrained as messages};
use crate::syntax::args::{self, Arg};
use crate::syntax::literals::DateLit;
use crate::syntax::words;
use proc_macro2::TokenStream;
use quote::ToTokens;
use steadfast_core::Date;
use syn::{Attribute, Expr, Ident, LitStr, Meta, parse::Parse as _};

/// One check.
pub(super) struct Constraint {
    /// The version from which it holds; `None` at every one.
    pub(super) since: Option<Date>,
    pub(super) check: Expr,
    /// The field of the head; `None` for the whole.
    pub(super) field: Option<usize>,
    pub(super) note: Option<String>,
}

pub(super) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident(words::CONSTRAINED)
}

/// A payload has no statements of its own.
pub(super) fn refuse(attrs: &[Attribute], sink: &mut Sink) {
    for attribute in attrs.iter().filter(|attribute| is_ours(attribute)) {
        // enum Status { #[constrained(check = f)] Partial { amount: i64 } }
        sink.push(messages::in_a_variant(attribute.path()));
    }
}

/// What stands on the type and on its fields; what is wrong is left out. `statements` are the changes of the fields.
pub(super) fn read<'a>(
    attrs: impl IntoIterator<Item = (Option<usize>, &'a [Attribute])>,
    statements: &[Placed],
    ident: &Ident,
    derives: &Derives,
    sink: &mut Sink,
) -> Vec<Constraint> {
    let mut constraints: Vec<Constraint> = Vec::new();
    for (field, attrs) in attrs {
        for attribute in attrs.iter().filter(|attribute| is_ours(attribute)) {
            let Some((constraint, date)) = one(attribute, field, sink) else { continue };
            // #[derive(Serialize)] struct Payment { #[constrained(check = positive)] amount: i64 }
            if derives.deserialize.is_none() && derives.serialize.is_some() {
                sink.push(messages::never_checked(attribute.path(), ident));
                continue;
            }
            let text = constraint.check.to_token_stream().to_string();
            let is_same = |other: &&Constraint| {
                other.field == field && other.check.to_token_stream().to_string() == text
            };
            // #[constrained(check = positive)] #[constrained(in = "2024-12-18", check = positive)]
            if constraints.iter().find(is_same).is_some() {
                sink.push(messages::checked_twice(&constraint.check));
                continue;
            }
            // #[added(in = "2025-09-30", default)] #[constrained(in = "2024-12-18", check = f)] priority: u8
            if let Some(date) = date
                && let Some(added) = statements.iter().find(|placed| {
                    placed.field == field
                        && placed.statement.verb == Verb::Added
                        && placed.statement.date.date > date.date
                })
            {
                sink.push(messages::before_it_was_added(&date, added.statement.date.date));
                continue;
            }
            constraints.push(constraint);
        }
    }
    constraints
}

fn one(
    attribute: &Attribute,
    field: Option<usize>,
    sink: &mut Sink,
) -> Option<(Constraint, Option<DateLit>)> {
    let tokens = match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    };
    let (mut date, mut check, mut note) = (None, None, None::<Arg<LitStr>>);
    let (mut is_dated, mut is_checked) = (false, false);
    let errors_before = sink.len();
    let accepted = [words::IN, words::CHECK, words::NOTE];
    args::parse(tokens, words::CONSTRAINED, &accepted, sink, |key, input| {
        if key == words::IN {
            is_dated = true;
            date = Some(args::value(key, input, "in = \"2024-12-18\"", DateLit::parse)?.value);
        } else if key == words::CHECK {
            is_checked = true;
            check = Some(args::value(key, input, "check = path", Expr::parse)?.value);
        } else {
            let form = "note = \"Amounts are positive.\"";
            note = Some(args::value(key, input, form, super::claims::text)?);
        }
        Ok(())
    });
    if !is_checked {
        // #[constrained(in = "2024-12-18")]
        sink.push(messages::missing_check(attribute.path()));
    }
    // #[constrained(check = positive, note = "..")]
    if let (Some(note), false) = (&note, is_dated) {
        sink.push(common::constrained::note_without_date(&note.key));
    }
    if sink.len() > errors_before {
        return None;
    }
    let note = note.map(|note| note.value.value().trim().to_owned());
    let since = date.as_ref().map(|date| date.date);
    Some((Constraint { since, check: check?, field, note }, date))
}

//! Tuple structs: columns that have positions in place of names.

use super::attr::{Statement, Verb, WasColumn, list};
use super::check::Placed;
use crate::diag::{Sink, messages::positions as messages};
use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, ItemStruct, Type};

/// The name of a column in generated code.
pub(super) fn ident(position: usize, span: Span) -> Ident {
    Ident::new(&format!("_{position}"), span)
}

/// Whether the column goes by its position.
pub(super) fn is_one(ident: &Ident) -> bool {
    ident
        .to_string()
        .strip_prefix('_')
        .is_some_and(|position| position.starts_with(|c: char| c.is_ascii_digit()))
}

/// `was(Type)`.
pub(super) fn was(key: &Ident, input: ParseStream<'_>, position: usize) -> syn::Result<Vec<WasColumn>> {
    let columns = list(key, input, "was(Type)", |input| {
        Ok((input.call(Attribute::parse_outer)?, input.parse::<Type>()?))
    })?;
    // Pair(#[changed(in = "2025-09-30", was(String, u8), ..)] Amount, u8)
    if let Some((_, second)) = columns.get(1) {
        return Err(messages::several_types(second));
    }
    let columns = columns.into_iter().map(|(attrs, ty)| WasColumn {
        attrs,
        ident: ident(position, ty.span()),
        ty: Some(ty),
    });
    Ok(columns.collect())
}

/// Whether every position stays where it is through all versions.
pub(super) fn check(item: &ItemStruct, statements: &[Placed], sink: &mut Sink) -> bool {
    let errors_before = sink.len();
    let mut added = vec![None; item.fields.len()];
    for Placed { statement, field } in statements {
        match (statement.verb, field) {
            // #[changed(in = "2025-09-30", ..)] struct Pair(u8, u8);
            (_, None) => sink.push(messages::on_the_struct(statement.span, statement.verb.word())),
            // Pair(#[renamed(in = "2025-09-30", was(a))] u8)
            (Verb::Renamed | Verb::Removed, _) => {
                sink.push(messages::no_name(statement.span, statement.verb.word()));
            }
            (Verb::Added, Some(field)) => added[*field] = Some(statement),
            (Verb::Changed, _) => {}
        }
    }
    for (i, statement) in added.iter().enumerate() {
        let Some(statement) = statement else { continue };
        let stays =
            |later: Option<&Statement>| later.is_none_or(|later| later.date.date < statement.date.date);
        // Pair(#[added(in = "2025-09-30", default)] u8, u8)
        if added[i + 1..].iter().any(|later| stays(*later)) {
            sink.push(messages::added_in_between(statement.span));
        // Amount(#[added(in = "2025-09-30", default)] u8)
        } else if i == 0 {
            sink.push(messages::added_alone(statement.span));
        }
    }
    sink.len() == errors_before
}

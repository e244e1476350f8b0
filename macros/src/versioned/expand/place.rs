//! Where in a client's body a fault is that only generated code finds: an upgrade, or a check, that refuses.

use super::super::model::{ColumnId, Model, Shape};
use super::super::serde_attrs;
use super::changes::wire_name;
use crate::syntax::words;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The JSON pointer of the first of these columns that the shape has; that of the whole if it has none of them.
pub(super) fn of(model: &Model, shape: &Shape, ids: &[ColumnId]) -> String {
    let first = ids.iter().flat_map(|id| model.history.undone(*id, |date| date >= shape.until)).next();
    first.map_or_else(String::new, |id| pointer(model, &shape.columns, id, words::READ))
}

/// The places of a field of the head in all shapes, as `&[(until, place)]` with that in the newest behind it.
pub(super) fn in_all(model: &Model, field: Option<ColumnId>) -> TokenStream {
    let Some(id) = field else { return quote!(&[], "") };
    let head = pointer(model, &model.history.head, id, words::READ);
    let replaced = model.replaced.iter().map(|replaced| (replaced.date, String::new()));
    let shapes = model.history.shapes.iter().rev().map(|shape| (shape.until, of(model, shape, &[id])));
    let mut places: Vec<_> = replaced.chain(shapes).collect();
    while places.last().is_some_and(|(_, place)| *place == head) {
        places.pop();
    }
    let places = places.iter().map(|(until, place)| {
        let until = Literal::u32_unsuffixed(until.number());
        quote!((#until, #place))
    });
    quote!(&[#(#places),*], #head)
}

/// `/amount_cents`, `/1`, or nothing for what has no name of its own.
pub(super) fn pointer(model: &Model, columns: &[ColumnId], id: ColumnId, side: &str) -> String {
    let column = model.history.column(id);
    if serde_attrs::has(&column.attrs, "flatten") {
        return String::new();
    }
    if model.is_tuple {
        let position = columns.iter().position(|other| *other == id).unwrap_or_default();
        return if columns.len() == 1 { String::new() } else { format!("/{position}") };
    }
    segment(&wire_name(&model.attrs, column, side))
}

/// A name as a part of a pointer (RFC 6901).
pub(in super::super) fn segment(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

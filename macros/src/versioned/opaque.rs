//! Where `#[opaque]` cannot stand.

use super::shape::is_opaque;
use crate::diag::{Sink, messages::opaque as messages};
use syn::{Attribute, Fields, Item, Meta};

/// An error for each that stands on no field, has arguments, or stands there again; whether there is one.
pub(super) fn refuse(item: &Item, sink: &mut Sink) -> bool {
    let errors_before = sink.len();
    match item {
        Item::Struct(item) => {
            misplaced(&item.attrs, sink);
            check(&item.fields, sink);
        }
        Item::Enum(item) => {
            misplaced(&item.attrs, sink);
            for variant in &item.variants {
                misplaced(&variant.attrs, sink);
                check(&variant.fields, sink);
            }
        }
        _ => {}
    }
    sink.len() > errors_before
}

fn misplaced(attrs: &[Attribute], sink: &mut Sink) {
    for attribute in attrs.iter().filter(|attribute| is_opaque(attribute)) {
        // #[opaque] struct Order { details: Value }
        sink.push(messages::not_on_a_field(attribute.path()));
    }
}

fn check(fields: &Fields, sink: &mut Sink) {
    for field in fields {
        let mut own = field.attrs.iter().filter(|attribute| is_opaque(attribute));
        // #[opaque(json)] details: Value
        if let Some(first) = own.next()
            && !matches!(first.meta, Meta::Path(_))
        {
            sink.push(messages::arguments(first));
        }
        for second in own {
            // #[opaque] #[opaque] details: Value
            sink.push(messages::twice(second.path()));
        }
    }
}

//! The names of columns on the wire: a rename must change them, and a shape has no name twice.

pub(super) use super::expand::changes::wire_name;
use super::model::{Column, Derives};
use super::serde_attrs;
use crate::syntax::words;
use std::collections::BTreeSet;
use syn::Attribute;

/// The names that clients may use for the column on one side; none if it has no name there. `container` are the attributes of its type.
fn names(container: &[Attribute], column: &Column, side: &str) -> BTreeSet<String> {
    if nameless(&column.attrs, side).is_some() {
        return BTreeSet::new();
    }
    let aliases = aliases(&column.attrs, side);
    aliases.chain([wire_name(container, column, side)]).collect()
}

/// The word of serde by which a field or variant with these attributes has no name on one side.
pub(super) fn nameless(attrs: &[Attribute], side: &str) -> Option<&'static str> {
    let skip = if side == words::WRITTEN { "skip_serializing" } else { "skip_deserializing" };
    ["flatten", "skip", skip].into_iter().find(|word| serde_attrs::has(attrs, word))
}

/// Its other names when it is read.
pub(super) fn aliases(attrs: &[Attribute], side: &str) -> impl Iterator<Item = String> {
    let read = attrs.iter().filter(move |_| side == words::READ);
    let entries = read.flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE));
    entries.filter(|entry| entry.key == "alias").filter_map(|entry| Some(entry.literal()?.value()))
}

/// Returns whether the two have the same names on every side.
pub(super) fn are_alike(container: &[Attribute], derives: &Derives, one: &Column, other: &Column) -> bool {
    derives.sides().all(|side| names(container, one, side) == names(container, other, side))
}

/// A name that two columns of one shape would share.
pub(super) fn shared(
    container: &[Attribute],
    derives: &Derives,
    one: &Column,
    other: &Column,
) -> Option<String> {
    derives.sides().find_map(|side| {
        let others = names(container, other, side);
        names(container, one, side).into_iter().find(|name| others.contains(name))
    })
}

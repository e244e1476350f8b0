//! Whether the text of one shape of an enum tells all that another one shows.

use super::super::expand::complete::{self, Tells};
use super::super::{sensitive, serde_attrs};
use super::model::{Mapping, Member, Model};
use crate::syntax::words;
use syn::Attribute;

/// Whether the newest shape tells what older ones show: which variant it is, and what a function makes of one.
pub(super) fn older_shapes(model: &Model) -> Tells {
    if is_untagged(model) && !model.shapes.is_empty() {
        return Tells::Never;
    }
    let mapped = model.mappings.iter().flat_map(|mappings| &mappings.mapped);
    let mapped: Vec<usize> =
        mapped.filter(|(_, mapping)| matches!(mapping, Mapping::Function(_))).map(|(i, _)| *i).collect();
    let is_whole = complete::replaces(&model.base);
    let members = model.head.members.iter().enumerate();
    let members = members.filter(|(i, _)| is_whole || mapped.contains(i)).map(|(_, member)| member);
    of_members(model, members)
}

/// Whether the newest shape tells all of a value.
pub(super) fn whole(model: &Model) -> Tells {
    let mut fields = model.head.members.iter().flat_map(|member| &member.fields);
    if is_untagged(model) || fields.any(|field| field.attrs.iter().any(sensitive::is_ours)) {
        return Tells::Never;
    }
    of_members(model, &model.head.members)
}

fn of_members<'a>(model: &'a Model, members: impl IntoIterator<Item = &'a Member>) -> Tells {
    let members: Vec<_> = members.into_iter().collect();
    if members.iter().any(|member| is_written_by(member)) {
        return Tells::Never;
    }
    let head = &model.head.members;
    let fields = |member: &'a Member| {
        let before = head.iter().take_while(|other| !std::ptr::eq(*other, member));
        let first = before.map(|other| other.fields.len()).sum::<usize>();
        member.fields.iter().enumerate().map(move |(i, field)| (&*field.attrs, first + i))
    };
    Tells::of(members.into_iter().flat_map(fields))
}

/// Whether a part of a value is read and not written, or not as it is.
pub(super) fn hides(model: &Model) -> bool {
    is_untagged(model) && !model.shapes.is_empty()
        || model.head.members.iter().any(|member| {
            is_written_by(member) || member.fields.iter().any(|field| complete::hides(&field.attrs))
        })
}

fn is_untagged(model: &Model) -> bool {
    let is = |attrs: &[Attribute]| serde_attrs::has(attrs, words::UNTAGGED);
    is(&model.head.attrs) || model.head.members.iter().any(|member| is(&member.attrs))
}

/// Whether a function of the user's writes a variant.
fn is_written_by(member: &Member) -> bool {
    ["with", "serialize_with"].iter().any(|key| serde_attrs::has(&member.attrs, key))
}

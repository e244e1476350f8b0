//! The name of a variant on the wire, as serde's `rename_all` makes it.

use super::super::serde_attrs::{self, Entry};
use super::super::wire_names::{aliases, nameless};
use super::model::{Member, Shape};
use super::tagging::Tagging;
use crate::syntax::words;
use std::collections::BTreeSet;
use syn::ext::IdentExt;
use syn::{Attribute, Ident};

/// What `#[serde(rename_all)]` makes of the variant when it is written.
pub(super) fn written(container: &[Attribute], variant: &Ident) -> String {
    named(container, variant, words::WRITTEN)
}

/// What clients call the variant when they send it.
pub(super) fn read_name(shape: &Shape, member: &Member) -> String {
    name(&shape.attrs, member, words::READ)
}

/// The names of the variant on one side.
pub(super) fn name(container: &[Attribute], member: &Member, side: &str) -> String {
    let renamed = serde_attrs::text_on(&member.attrs, words::RENAME, side);
    renamed.unwrap_or_else(|| named(container, &member.ident, side))
}

/// The word of serde by which the variant has no name on one side.
pub(super) fn nameless_by(tagging: &Tagging, member: &Member, side: &str) -> Option<&'static str> {
    let is_untagged = *tagging == Tagging::Untagged || serde_attrs::has(&member.attrs, words::UNTAGGED);
    if is_untagged { Some(words::UNTAGGED) } else { nameless(&member.attrs, side) }
}

/// All that it may be called on one side; nothing if it has no name there.
pub(super) fn all(
    container: &[Attribute],
    tagging: &Tagging,
    member: &Member,
    side: &str,
) -> BTreeSet<String> {
    if nameless_by(tagging, member, side).is_some() {
        return BTreeSet::new();
    }
    aliases(&member.attrs, side).chain([name(container, member, side)]).collect()
}

fn named(container: &[Attribute], variant: &Ident, side: &str) -> String {
    let entries = container.iter().flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE));
    let rule = entries.filter(|entry| entry.key == words::RENAME_ALL).last();
    let rule = rule.and_then(|entry| entry.literal().or_else(|| on(&entry, side)));
    apply(rule.map(|rule| rule.value()).as_deref(), &variant.unraw().to_string())
}

/// The rule of `rename_all(side = "..")`.
fn on(entry: &Entry, side: &str) -> Option<syn::LitStr> {
    entry.nested().iter().find(|nested| nested.key == side).and_then(Entry::literal)
}

pub(crate) fn apply(rule: Option<&str>, variant: &str) -> String {
    match rule {
        Some("lowercase") => variant.to_ascii_lowercase(),
        Some("UPPERCASE") => variant.to_ascii_uppercase(),
        Some("camelCase") => {
            let (first, rest) = variant.split_at(variant.chars().next().map_or(0, char::len_utf8));
            first.to_ascii_lowercase() + rest
        }
        Some("snake_case") => snake(variant),
        Some("SCREAMING_SNAKE_CASE") => snake(variant).to_ascii_uppercase(),
        Some("kebab-case") => snake(variant).replace('_', "-"),
        Some("SCREAMING-KEBAB-CASE") => snake(variant).to_ascii_uppercase().replace('_', "-"),
        // `PascalCase` is what a variant is; another rule is serde's error.
        _ => variant.to_owned(),
    }
}

/// `RequiresAction` as `requires_action`.
pub(crate) fn snake(variant: &str) -> String {
    let mut snake = String::new();
    for (i, ch) in variant.char_indices() {
        if i > 0 && ch.is_uppercase() {
            snake.push('_');
        }
        snake.push(ch.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn every_rule_of_serde_is_known() {
        for (rule, name) in [
            (None, "RequiresAction"),
            (Some("PascalCase"), "RequiresAction"),
            (Some("lowercase"), "requiresaction"),
            (Some("UPPERCASE"), "REQUIRESACTION"),
            (Some("camelCase"), "requiresAction"),
            (Some("snake_case"), "requires_action"),
            (Some("SCREAMING_SNAKE_CASE"), "REQUIRES_ACTION"),
            (Some("kebab-case"), "requires-action"),
            (Some("SCREAMING-KEBAB-CASE"), "REQUIRES-ACTION"),
        ] {
            assert_eq!(apply(rule, "RequiresAction"), name);
        }
    }
}

//! The sentences of `#[versioned]` on an enum.

use crate::diag::{all_of, nearest};
use crate::syntax::literals::DateLit;
use proc_macro2::Span;
use steadfast_core::Date;
use syn::{Error, Fields, Ident, Path, Variant};

use super::versioned::type_text;

// Where a statement stands.

pub(crate) fn belongs_on_a_variant(word: &Ident) -> Error {
    let help = match word.to_string().as_str() {
        "changed" => {
            "write `replaced` if the whole body was another type, or `retagged` if it was tagged otherwise"
        }
        _ => "write it on the variant",
    };
    Error::new(
        word.span(),
        format_args!(
            "`{word}` does not stand on an enum, because it is about one member of it\nhelp: {help}"
        ),
    )
}

pub(crate) fn belongs_on_the_enum(word: &Ident) -> Error {
    Error::new(
        word.span(),
        format_args!(
            "`{word}` stands on an enum, because all members are told apart in one way\n\
             help: write it above the enum"
        ),
    )
}

pub(crate) fn retagged_struct(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`retagged` stands on an enum, because a struct has no members to tell apart\nhelp: remove it",
    )
}

pub(crate) fn open_struct(word: &Ident) -> Error {
    Error::new(
        word.span(),
        "`open` is about the members of an enum, and a struct has none\nhelp: write `#[versioned]`",
    )
}

pub(crate) fn removed_on_a_variant(word: &Ident) -> Error {
    Error::new(
        word.span(),
        "`removed` stands on the enum, because the variant that is gone has no place in it\n\
         help: write `#[removed(in = \"2024-12-18\", was(Variant), upgrade = ..)]` above the enum",
    )
}

pub(crate) fn changed_on_a_variant(word: &Ident, variant: &Ident) -> Error {
    Error::new(
        word.span(),
        format_args!(
            "`changed` does not stand on a variant, because a payload has a history of its own\n\
             help: give the variant a versioned struct, as in `{variant}({variant}Payload)`, and write `changed` there"
        ),
    )
}

pub(crate) fn statement_in_a_variant(word: &Ident, variant: &Ident, is_named: bool) -> Error {
    let what = if is_named { "field of a struct variant" } else { "payload of a variant" };
    Error::new(
        word.span(),
        format_args!(
            "`{word}` does not stand on a {what}, because the history of a payload is that of its type\n\
             help: give the variant a struct of its own, `{variant}({variant}Payload)`, and put `#[versioned]` on that"
        ),
    )
}

pub(crate) fn conditional_variant(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "a variant of a versioned type cannot be conditional, because a published shape is the same in every build\n\
         help: remove the condition",
    )
}

// One statement.

pub(crate) fn missing_was(span: Span, word: &str, what: &str, form: &str) -> Error {
    Error::new(span, format_args!("`{word}` needs `was`, the {what} of the older shape\nhelp: add `{form}`"))
}

pub(crate) fn malformed_was(error: &Error, form: &str) -> Error {
    Error::new(error.span(), format_args!("`was` cannot be read: {error}\nhelp: write `{form}`"))
}

pub(crate) fn unknown_tagging(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`{key}` is no way to tag an enum\n\
             help: write `tag = \"type\"`, `tag = \"type\", content = \"value\"`, `untagged` or `external`"
        ),
    )
}

pub(crate) fn renamed_with_payload(old: &Variant) -> Error {
    Error::new_spanned(
        &old.fields,
        "`renamed` takes the old name only, because the payload stays as it is\n\
         help: remove the payload, or write `added` on the variant and `removed` on the enum if it is another one",
    )
}

pub(crate) fn retagged_to_itself(key: &Ident, text: &str) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`{text}` is how the members are told apart from that date on too, so that nothing changes\n\
             help: say how it was before, or remove the statement"
        ),
    )
}

pub(crate) fn no_place_for_a_tag(key: &Ident, variant: &Ident) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "the payload of `{variant}` is a sequence, and a tag alone stands inside of an object\n\
             help: add `content = \"..\"`, or give the variant a struct"
        ),
    )
}

/// `fn earlier(head: &Status) -> Status`, to paste.
pub(crate) fn added_without_mapping(
    span: Span,
    ident: &Ident,
    variant: &Variant,
    earlier: Option<&Ident>,
) -> Error {
    let function = format!("`downgrade = {ident}::earlier` and `fn earlier(&self) -> {ident}`");
    let mapping = match earlier {
        Some(earlier) if matches!(variant.fields, Fields::Unit) => format!("`was({earlier})`, or {function}"),
        _ => function,
    };
    Error::new(
        span,
        format_args!(
            "`added` needs to say what clients of earlier versions see in place of `{}`, because they do not know it\n\
             help: add {mapping}\n\
             help: or write `#[versioned(open = Unknown)]` on `{ident}`, with a unit variant `Unknown`, if clients promise to accept members that they do not know",
            variant.ident
        ),
    )
}

pub(crate) fn was_and_downgrade(key: &Ident) -> Error {
    Error::new(
        key.span(),
        "`was` and `downgrade` both say what earlier versions see in place of a variant\n\
         help: remove one of the two",
    )
}

pub(crate) fn removed_without_upgrade(span: Span, ident: &Ident, was: &Variant) -> Error {
    let name = crate::versioned::snake(&was.ident.to_string());
    let help = match &was.fields {
        Fields::Unit => format!("add `upgrade = {ident}::..`, the variant that it is now"),
        fields => {
            let parameters = fields.iter().enumerate().map(|(i, field)| {
                let name = field.ident.as_ref().map_or_else(|| format!("value{i}"), ToString::to_string);
                format!("{name}: {}", type_text(&field.ty))
            });
            let parameters: Vec<_> = parameters.collect();
            format!("add `upgrade = {name}` and `fn {name}({}) -> {ident}`", parameters.join(", "))
        }
    };
    Error::new(
        span,
        format_args!(
            "`removed` needs `upgrade`, because requests of earlier versions may still bring `{}`\nhelp: {help}",
            was.ident
        ),
    )
}

// Statements together.

pub(crate) fn unknown_variant(name: &Ident, ident: &Ident, names: &[String]) -> Error {
    let accepted: Vec<&str> = names.iter().map(String::as_str).collect();
    let help = match nearest(&name.to_string(), &accepted) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the variants are {}", all_of(names)),
    };
    Error::new(name.span(), format_args!("`{ident}` has no variant `{name}`\nhelp: {help}"))
}

pub(crate) fn mapped_to_a_newer(name: &Ident, date: &DateLit) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "clients before {} do not know `{name}` either\nhelp: name a variant that was there before",
            date.date
        ),
    )
}

pub(crate) fn mapped_to_a_payload(name: &Ident, ident: &Ident, variant: &Ident) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`{name}` has a payload, which nothing gives it\n\
             help: write `downgrade = {ident}::earlier`, with `fn earlier(&self) -> {ident}` that makes `{name}` of `{variant}`"
        ),
    )
}

pub(crate) fn changed_twice(date: &DateLit, name: &Ident) -> Error {
    Error::new(
        date.literal.span(),
        format_args!(
            "`{name}` changes twice in {}, but there is one shape before that date and one from it on\n\
             help: remove one of the two, or give them two dates",
            date.date
        ),
    )
}

pub(crate) fn retagged_twice(date: &DateLit) -> Error {
    Error::new(
        date.literal.span(),
        format_args!(
            "the enum is retagged twice in {}, but there is one shape before that date and one from it on\n\
             help: remove one of the two, or give them two dates",
            date.date
        ),
    )
}

pub(crate) fn not_there_yet(date: &DateLit, name: &Ident) -> Error {
    Error::new(
        date.literal.span(),
        format_args!(
            "`{name}` is not there in {}, because a later change brings it\n\
             help: remove the earlier statement, or give `added` the earlier date",
            date.date
        ),
    )
}

pub(crate) fn nothing_left(span: Span, ident: &Ident, date: Date) -> Error {
    Error::new(
        span,
        format_args!(
            "`{ident}` would have no variant before {date}, so that nothing could be shown in place of the ones that came with it\n\
             help: remove `added` from the variants that were there first"
        ),
    )
}

pub(crate) fn name_clash(name: &Ident, ident: &Ident, date: Date) -> Error {
    Error::new(
        name.span(),
        format_args!(
            "`{ident}` would have two variants `{name}` before {date}\n\
             help: give the old variant its own name, with `#[serde(rename = \"..\")]` if the wire needs it"
        ),
    )
}

// `open`.

pub(crate) fn open_with_payload(open: &Ident) -> Error {
    Error::new(
        open.span(),
        format_args!(
            "`open` names a unit variant, because nothing is known of a member that nobody knows\n\
             help: add a variant `{open}` without a payload"
        ),
    )
}

pub(crate) fn open_and_untagged(open: &Ident) -> Error {
    Error::new(
        open.span(),
        "an untagged enum cannot be open, because its members have no names that could be unknown\n\
         help: remove `open`, or tag the enum",
    )
}

pub(crate) fn open_and_other(open: &Ident, other: &Ident) -> Error {
    Error::new(
        open.span(),
        format_args!(
            "unknown members are read as `{other}` already, by its `#[serde(other)]`\n\
             help: write `open = {other}`, or remove `#[serde(other)]`"
        ),
    )
}

//! The sentences of `#[versioned]`.

use crate::diag::{all_of, nearest};
use crate::syntax::literals::DateLit;
use crate::syntax::words;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Error, Ident, Path, Type};

// The item.

pub(crate) fn unexpected_arguments(args: &TokenStream) -> Error {
    Error::new_spanned(
        args,
        "`versioned` takes no arguments, because each change says its own date\n\
         help: write `#[versioned]`, and `#[changed(in = \"2024-12-18\", ..)]` on the field that changed",
    )
}

pub(crate) fn not_a_struct(tokens: impl ToTokens, found: &str) -> Error {
    Error::new_spanned(
        tokens,
        format_args!(
            "`versioned` stands on a struct with fields or on an enum, not on {found}, because changes are made of these\n\
             help: put the value into a field of a versioned struct, where `changed` can replace its type"
        ),
    )
}

pub(crate) fn no_serde_derive(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "`versioned` sees neither `Serialize` nor `Deserialize` derived for `{ident}`, but writes both itself, one for each shape\n\
             help: put `#[versioned]` above `#[derive(Serialize, Deserialize)]`"
        ),
    )
}

pub(crate) fn below_the_derive(helper: &Path, ident: &Ident) -> Error {
    Error::new_spanned(
        helper,
        format_args!(
            "this attribute is of a derive that `versioned` does not see, because it stands above and has run already\n\
             help: put `#[versioned]` above the `#[derive(..)]` of `{ident}`"
        ),
    )
}

pub(crate) fn conditional_derive(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`versioned` cannot see a derive behind `cfg_attr`, because it is not expanded yet\n\
         help: derive unconditionally, or put `#[cfg(..)]` on the whole type",
    )
}

pub(crate) fn conditional_field(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "a field of a versioned type cannot be conditional, because a published shape is the same in every build\n\
         help: remove the condition",
    )
}

pub(crate) fn generic_container_default(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        "`#[serde(default)]` on the whole of a generic versioned type has no single value to take fields from\n\
         help: write `#[serde(default)]` on the fields",
    )
}

pub(crate) fn transparent_shape(span: Span, date: Option<steadfast_core::Date>) -> Error {
    let which = date.map_or_else(String::new, |date| format!(" before {date}"));
    Error::new(
        span,
        format_args!(
            "`#[serde(transparent)]` needs one column in every shape, but the shape{which} has another number\n\
             help: write `changed` on the one field, or remove `transparent`"
        ),
    )
}

pub(crate) fn transparent_renamed(span: Span) -> Error {
    Error::new(
        span,
        "`renamed` changes nothing here, because the field of a transparent type has no name on the wire\n\
         help: remove the statement, or remove `transparent`",
    )
}

pub(crate) fn transparent_attribute(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "a column of a transparent versioned type takes no `#[serde(..)]`, because it is the whole body\n\
         help: remove the attribute, or give the column a type that is written as it says",
    )
}

pub(crate) fn serde_takes_the_shape(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`#[serde({key})]` and `#[versioned]` exclude each other, because both decide what the type looks like\n\
             help: remove one of the two"
        ),
    )
}

// One statement.

pub(crate) fn misspelt(path: &Path, meant: &str) -> Error {
    let word = path.to_token_stream();
    Error::new_spanned(path, format_args!("there is no statement `{word}`\nhelp: did you mean `{meant}`?"))
}

pub(crate) fn nested(path: &Path, statement: &str) -> Error {
    Error::new_spanned(
        path,
        format_args!(
            "`#[versioned]` stands on a type; what changed about a field or a variant is an attribute of its own\n\
             help: write `#[{statement}(in = \"2024-12-18\", ..)]`"
        ),
    )
}

pub(crate) fn missing_date(span: Span, word: &str) -> Error {
    Error::new(
        span,
        format_args!(
            "`{word}` needs `in`, the version from which the new shape is served\n\
             help: write `#[{word}(in = \"2024-12-18\", ..)]`"
        ),
    )
}

pub(crate) fn missing_was(span: Span, word: &str, form: &str) -> Error {
    let what = match form {
        "was(name)" => "name",
        "was(Type)" => "type",
        _ => "columns",
    };
    Error::new(span, format_args!("`{word}` needs `was`, the {what} of the older shape\nhelp: add `{form}`"))
}

pub(crate) fn empty_list(key: &Ident, form: &str) -> Error {
    Error::new(key.span(), format_args!("`{key}` names no column\nhelp: write `{form}`"))
}

pub(crate) fn malformed_list(error: &Error, form: &str) -> Error {
    Error::new(error.span(), format_args!("a list of columns cannot be read: {error}\nhelp: write `{form}`"))
}

pub(crate) fn column_without_type(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "`{ident}` needs the type it had, because no field has it now\nhelp: write `{ident}: Type`"
        ),
    )
}

pub(crate) fn added_with_was(key: &Ident) -> Error {
    Error::new(
        key.span(),
        "`added` has no `was`, because nothing stood there before\n\
         help: write `changed` instead of `added`, or remove `was(..)`",
    )
}

pub(crate) fn added_without_default(span: Span, ty: &str) -> Error {
    Error::new(
        span,
        format_args!(
            "`added` needs `default`, because requests of earlier versions do not send the field\n\
             help: add `default`, or `default = path` with a function that returns `{ty}`"
        ),
    )
}

pub(crate) fn removed_without_downgrade(span: Span, ident: &Ident, signature: &Signature) -> Error {
    let Signature { name, parameters, returns } = signature;
    Error::new(
        span,
        format_args!(
            "`removed` needs `downgrade`, because responses to earlier versions still have the field\n\
             help: add `default`, or `downgrade = {ident}::{name}` and `fn {name}({}) -> {returns}`",
            parameters.join(", ")
        ),
    )
}

pub(crate) fn default_and_downgrade(key: &Ident) -> Error {
    Error::new(
        key.span(),
        "`default` and `downgrade` both say what earlier versions see in place of a removed field\n\
         help: remove one of the two",
    )
}

pub(crate) fn renamed_from_several(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        "`renamed` has one old name, because the value stays as it is\n\
         help: write `changed`, with `upgrade` and `downgrade` that join and split the values",
    )
}

pub(crate) fn renamed_with_type(ty: &Type) -> Error {
    Error::new_spanned(
        ty,
        "`renamed` takes no type, because the value stays as it is\n\
         help: remove the type, or write `changed` if the type changed too",
    )
}

pub(crate) fn renamed_without_name(span: Span, word: &str) -> Error {
    Error::new(
        span,
        format_args!(
            "`renamed` changes nothing here, because `{word}` leaves no name of it on the wire\nhelp: remove the statement"
        ),
    )
}

/// `name` is what `rename_all` makes of it; `has_own` whether `was(..)` says what it is on the wire.
pub(crate) fn renamed_to_itself(ident: &Ident, name: &str, has_own: bool) -> Error {
    let own = ident.unraw().to_string();
    let (is, help) = if own == name {
        (String::new(), "name what it was called".to_owned())
    } else if has_own {
        (format!("`{name}` on the wire, "), "name what it was called on the wire".to_owned())
    } else {
        let help =
            format!("write `was(#[serde(rename = \"{own}\")] {ident})` if that is what clients called it");
        (format!("`{name}` on the wire, "), help)
    };
    Error::new(
        ident.span(),
        format_args!(
            "`{ident}` is {is}the name that it has now, so that nothing changes\nhelp: {help}, or remove the statement"
        ),
    )
}

/// A function that the user has yet to write.
pub(crate) struct Signature {
    pub(crate) name: String,
    pub(crate) parameters: Vec<String>,
    pub(crate) returns: String,
}

impl Signature {
    /// `key = name` and `fn name(..) -> ..`.
    fn to_paste(&self, key: &str) -> String {
        let Self { name, parameters, returns } = self;
        format!("`{key} = {name}` and `fn {name}({}) -> {returns}`", parameters.join(", "))
    }
}

/// One of the two is missing, or both.
pub(crate) fn missing_conversion(
    span: Span,
    upgrade: Option<&Signature>,
    downgrade: Option<&Signature>,
) -> Error {
    let (keys, direction) = match (upgrade, downgrade) {
        (Some(_), Some(_)) => {
            ("`upgrade` and `downgrade`", "clients of earlier versions send and see the old columns")
        }
        (Some(_), None) => ("`upgrade`", "requests of earlier versions bring the old columns"),
        _ => ("`downgrade`", "responses to earlier versions show the old columns"),
    };
    let upgrade = upgrade.map(|signature| signature.to_paste(words::UPGRADE));
    let downgrade = downgrade.map(|signature| signature.to_paste(words::DOWNGRADE));
    let help = upgrade.into_iter().chain(downgrade).map(|paste| format!("\nhelp: add {paste}"));
    Error::new(span, format_args!("`changed` needs {keys}, because {direction}{}", help.collect::<String>()))
}

pub(crate) fn unused_conversion(key: &Ident, ident: &Ident, derive: &str) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`{key}` is never called, because `{ident}` does not derive `{derive}`\n\
             help: remove `{key}`, or derive `{derive}`"
        ),
    )
}

// Statements together.

pub(crate) fn container_without_into(span: Span, word: &str) -> Error {
    Error::new(
        span,
        format_args!(
            "`{word}` on a struct needs `into`, because nothing else says which fields it is about\n\
             help: add `into(field, field)`, or write the statement on the field"
        ),
    )
}

pub(crate) fn unknown_column(name: &Ident, date: &DateLit, names: &[String]) -> Error {
    let accepted: Vec<&str> = names.iter().map(String::as_str).collect();
    let help = match nearest(&name.to_string(), &accepted) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the columns are {}", all_of(names)),
    };
    Error::new(name.span(), format_args!("there is no column `{name}` in {}\nhelp: {help}", date.date))
}

pub(crate) fn changed_twice_in_into(name: &Ident) -> Error {
    Error::new(name.span(), format_args!("`{name}` is named twice\nhelp: remove one of the two"))
}

pub(crate) fn changed_twice(date: &DateLit, name: &Ident) -> Error {
    Error::new(
        date.literal.span(),
        format_args!(
            "`{name}` changes twice in {}, but there is one shape before that date and one from it on\n\
             help: make one `changed` of the two, or give them two dates",
            date.date
        ),
    )
}

pub(crate) fn not_there_yet(date: &DateLit, name: &Ident) -> Error {
    Error::new(
        date.literal.span(),
        format_args!(
            "`{name}` is not there in {}, because a later change brings it\n\
             help: write the earlier change on the struct, with `into(..)` naming the columns of that version",
            date.date
        ),
    )
}

pub(crate) fn several_columns(date: &DateLit, word: &str, names: impl Iterator<Item = String>) -> Error {
    Error::new(
        date.literal.span(),
        format_args!(
            "`{word}` is about one column, but in {} the field is {}\n\
             help: add `into(..)` with the one that is meant",
            date.date,
            all_of(names)
        ),
    )
}

pub(crate) fn removed_still_there(ident: &Ident, date: &DateLit) -> Error {
    let date = date.date;
    Error::new(
        ident.span(),
        format_args!(
            "`{ident}` is not removed in {date}, because it is still there before and after\n\
             help: write `changed` on the field if its type changed, or name the field that is gone"
        ),
    )
}

/// `stays` is the other column, if no statement of that date is about it.
pub(crate) fn column_clash(ident: &Ident, name: &str, date: &DateLit, stays: Option<&Ident>) -> Error {
    let date = date.date;
    let new = stays.map_or_else(String::new, |stays| {
        format!("write `#[added(in = \"{date}\", ..)]` on `{stays}` if that is new, or ")
    });
    Error::new(
        ident.span(),
        format_args!(
            "the shape before {date} would have two columns `{name}`\n\
             help: {new}give the old column another name on the wire"
        ),
    )
}

/// The two have different names on the wire.
pub(crate) fn ident_clash(ident: &Ident, date: &DateLit) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "the shape before {} would have two columns `{ident}`\n\
             help: give the old column its own name, with `#[serde(rename = \"..\")]` for the wire",
            date.date
        ),
    )
}

pub(crate) fn field_clash(ident: &Ident, name: &str) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "two fields are `{name}` on the wire, so that a client loses one of them\n\
             help: give one of the two another name"
        ),
    )
}

/// A type as a user would write it.
pub(crate) fn type_text(ty: &Type) -> String {
    let mut text = ty.to_token_stream().to_string();
    for (wide, narrow) in
        [(" :: ", "::"), (" < ", "<"), (" >", ">"), (" ,", ","), ("& ", "&"), ("< ", "<"), (" ;", ";")]
    {
        text = text.replace(wide, narrow);
    }
    text
}

pub(crate) fn overwrite_without_default(overwrite: &Ident, ident: &Ident) -> Error {
    Error::new(
        overwrite.span(),
        format_args!(
            "`overwrite` has no meaning here, because no client writes `{ident}`: it is never deserialised\nhelp: remove it"
        ),
    )
}

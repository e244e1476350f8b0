//! The sentences of `#[constrained(..)]`.

use crate::syntax::literals::DateLit;
use steadfast_core::Date;
use syn::{Error, Expr, Ident, Path};

pub(crate) fn missing_check(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`constrained` needs `check`, the function that refuses values\n\
         help: add `check = path`, with a function that takes a reference to the value and returns `Result<(), E>`",
    )
}

pub(crate) fn note_without_date(key: &Ident) -> Error {
    Error::new(
        key.span(),
        "`note` is told to nobody, because a check without `in` holds at every version and is no change\n\
         help: add `in = \"..\"`, the version from which the check holds, or remove `note`",
    )
}

pub(crate) fn never_checked(path: &Path, ident: &Ident) -> Error {
    Error::new_spanned(
        path,
        format_args!(
            "`constrained` is never checked, because `{ident}` does not derive `Deserialize` and only what is read is checked\n\
             help: remove `constrained`, or derive `Deserialize`"
        ),
    )
}

pub(crate) fn checked_twice(check: &Expr) -> Error {
    Error::new_spanned(
        check,
        "this check stands here twice, because whatever it refuses has been refused by the first\n\
         help: remove one of the two",
    )
}

pub(crate) fn before_it_was_added(date: &DateLit, added: Date) -> Error {
    Error::new(
        date.literal.span(),
        format_args!(
            "there is nothing to check in {}, because the field was added in {added}\n\
             help: write `in = \"{added}\"` or a later version, or no `in` to check the default too",
            date.date
        ),
    )
}

pub(crate) fn in_a_variant(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`constrained` stands on a type or on a field of a struct, because the payload of a variant has no statements of its own\n\
         help: write it above the enum, or give the variant a versioned struct and write it there",
    )
}

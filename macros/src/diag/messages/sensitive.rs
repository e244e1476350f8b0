//! The sentences of `#[sensitive]`.

use syn::{Attribute, Error, Ident, Path};

pub(crate) fn arguments(attribute: &Attribute) -> Error {
    Error::new_spanned(
        &attribute.meta,
        "`sensitive` takes no arguments, because it holds at every version\n\
         help: write `#[sensitive]`",
    )
}

pub(crate) fn twice(path: &Path) -> Error {
    Error::new_spanned(path, "`sensitive` stands here twice, and once says it\nhelp: remove one of the two")
}

pub(crate) fn not_on_a_field(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`sensitive` stands on a field, because a replay needs something in the place of the whole\n\
         help: write it on each field that must not be kept, or `replay = reference(..)` in `#[idempotent]` to keep no body at all",
    )
}

pub(crate) fn no_name(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`sensitive` does not stand on a position, because without it the ones behind it would move\n\
         help: give it a name, or write `replay = reference(..)` in `#[idempotent]` to keep no body at all",
    )
}

pub(crate) fn transparent(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`sensitive` does not stand on the field of a transparent struct, because nothing would be left without it\n\
         help: write it on the fields that have this type, or `replay = reference(..)` in `#[idempotent]` to keep no body at all",
    )
}

pub(crate) fn flattened(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`sensitive` does not stand on a flattened field, because clients see what is in it and not the field\n\
         help: write it on the fields of its type",
    )
}

pub(crate) fn never_written(path: &Path, ident: &Ident) -> Error {
    Error::new_spanned(
        path,
        format_args!(
            "`sensitive` keeps nothing out of replays, because `{ident}` does not derive `Serialize` and is in no answer\n\
             help: remove `sensitive`, or derive `Serialize`"
        ),
    )
}

pub(crate) fn skipped(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`sensitive` keeps nothing out of replays, because serde skips the field and no answer shows it\n\
         help: remove `sensitive`",
    )
}

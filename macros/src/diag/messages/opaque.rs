//! The sentences of `#[opaque]`.

use syn::{Attribute, Error, Path};

pub(crate) fn arguments(attribute: &Attribute) -> Error {
    Error::new_spanned(
        &attribute.meta,
        "`opaque` takes no arguments, because it hides all that the field holds\nhelp: write `#[opaque]`",
    )
}

pub(crate) fn twice(path: &Path) -> Error {
    Error::new_spanned(path, "`opaque` stands here twice, and once says it\nhelp: remove one of the two")
}

pub(crate) fn not_on_a_field(path: &Path) -> Error {
    Error::new_spanned(
        path,
        "`opaque` stands on a field, because it hides what one field holds, and nothing around it\n\
         help: write it on the field whose type is not `#[versioned]`, as in `#[opaque] details: Value`",
    )
}

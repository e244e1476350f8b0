//! The sentences about what a statement of `#[versioned]` says about itself.

use syn::{Error, Ident, LitStr};

pub(crate) fn empty_text(text: &LitStr) -> Error {
    Error::new(
        text.span(),
        "the text is empty, because clients read it in the changelog\n\
         help: write a sentence, or remove the argument",
    )
}

pub(crate) fn lossless_and_lossy(lossless: &Ident) -> Error {
    Error::new(
        lossless.span(),
        "`lossless` and `lossy` contradict each other, because a value either survives the way back or does not\n\
         help: remove one of the two",
    )
}

pub(crate) fn added_lossless(lossless: &Ident) -> Error {
    Error::new(
        lossless.span(),
        "`added` cannot be `lossless`, because earlier versions have no place for the field: what it said is gone on the way back\n\
         help: remove `lossless`",
    )
}

pub(crate) fn removed_lossless(lossless: &Ident) -> Error {
    Error::new(
        lossless.span(),
        "`removed` with `default` cannot be `lossless`, because what an earlier client sent comes back to it as the default\n\
         help: remove `lossless`, or write a `downgrade` that gives the value back",
    )
}

pub(crate) fn renamed_lossy(lossy: &Ident) -> Error {
    Error::new(
        lossy.span(),
        "`renamed` cannot be `lossy`, because the value stays as it is\n\
         help: remove `lossy`, or write `changed` if the value changed too",
    )
}

//! What has been read.

use syn::{Fields, Ident};

/// What an error says about its operation; nothing where the status of the answer is to say it.
#[derive(Default)]
pub(crate) struct Outcome {
    /// What the type as a whole says.
    pub(crate) whole: Option<Word>,
    /// What its variants say, those that say something.
    pub(crate) variants: Vec<Variant>,
}

pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) fields: Fields,
    pub(crate) says: Word,
}

#[derive(Clone, Copy)]
pub(crate) enum Word {
    Final,
    Retryable,
    Indeterminate,
    /// What the one thing in it says.
    Inner,
}

//! What every macro reads: lists of arguments, and literals that mean something.

pub(crate) mod args;
pub(crate) mod instant;
pub(crate) mod item_fn;
pub(crate) mod literals;
pub(crate) mod path_template;
pub(crate) mod words;

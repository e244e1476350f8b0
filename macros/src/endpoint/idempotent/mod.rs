//! `#[idempotent]`.

mod attr;
mod authorize;
mod body;
mod check;
mod expand;
mod model;
mod named;
mod value;

pub(super) use attr::{Idempotent, read};
pub(super) use body::counted;
pub(super) use check::check;
pub(super) use expand::{answers_once, fits, holds, policy};
pub(super) use model::Policy;
pub(super) use named::{Extractors, extractors};

//! `#[idempotent]`.

mod attr;
mod body;
mod check;
mod expand;
mod model;
mod value;

pub(super) use attr::{Idempotent, read};
pub(super) use check::check;
pub(super) use expand::{answers_once, fits, policy, recover, refer};
pub(super) use model::{Policy, Scope};

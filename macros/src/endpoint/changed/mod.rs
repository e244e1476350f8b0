//! `changed(..)` in `#[api_version]`: what was another way in older versions, and is not said by a type.

mod attr;
mod check;
mod expand;
mod model;

pub(super) use attr::Change;
pub(super) use check::check;
pub(super) use expand::{Bounds, Found, bounds, found, made, statements};
pub(super) use model::Past;

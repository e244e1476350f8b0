//! The mode in which serde writes and reads values, and the bodies of responses that are written in it.

mod deferred;
pub mod mode;
mod rendered;
pub(crate) mod sensitive;

pub(crate) use deferred::render_pending;
pub(crate) use mode::{HEAD, Purpose, as_served, at, purpose, scope, with};
pub(crate) use rendered::{HeadText, RecordedBody, RenderedBody, render, response, unrendered};

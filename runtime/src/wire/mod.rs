//! The mode in which serde writes and reads values, and the bodies of responses that are written in it.

mod deferred;
mod fault;
mod json;
pub mod mode;
mod rendered;
pub(crate) mod sensitive;
mod streamed;

pub(crate) use deferred::{is_pending, render_pending};
pub(crate) use fault::out_of_call;
pub use fault::shape_faults;
pub(crate) use json::{to_value, write};
pub(crate) use mode::{HEAD, Purpose, as_served, as_served_here, asking, at, is_said, purpose, scope, with};
pub(crate) use rendered::{
    HeadText, RecordedBody, RenderedBody, bind_to_version, render, response, unrendered,
};
pub(crate) use streamed::scope_body;

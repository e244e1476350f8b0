//! The bodies of responses, which are written in the version of their call.

mod deferred;
mod rendered;
mod streamed;

pub(crate) use deferred::{Rewrite, is_pending, render_pending};
pub(crate) use rendered::{
    HeadText, RecordedBody, RenderedBody, bind_to_version, render, response, unrendered,
};
pub(crate) use streamed::scope_body;

//! Endpoints: one handler function with its method, path, version range and policies.
//!
//! Applications meet [`Scope`] and [`Endpoints`] here; the rest is what the attributes expand to and what a message of
//! the compiler may name.

mod answer;
pub mod assert;
pub mod check;
mod dates;
mod handled;
mod invoke;
mod list;
mod message;
mod meta;
mod operations;
mod path;
mod probe;
mod routes;
mod scope;

pub(crate) use answer::Answer;
pub use handled::{Handled, Made, Making, broken, made};
pub use invoke::Invoke;
pub(crate) use list::Registered;
pub use list::{Endpoints, Needs};
pub use meta::{Endpoint, Meta, Method, Range};
pub use path::{Path, Shape};
pub use probe::{
    Answered, Ends, InBody, IsHeadOnly, IsScope, IsSteps, IsTransaction, IsVersioned, NeedsRecord, NotInBody,
    Otherwise, Repeatable, Unrepeatable,
};
pub use scope::{Scope, scope};

//! Endpoints: one handler function with its method, path, version range and policies.

mod answer;
pub mod assert;
pub mod check;
mod invoke;
mod list;
mod message;
mod meta;
mod probe;
mod scope;

pub(crate) use answer::Answer;
pub use invoke::Invoke;
pub(crate) use list::Registered;
pub use list::{Endpoints, Needs};
pub use meta::{Endpoint, Meta, Method, Path, Range};
pub use probe::{IsHeadOnly, IsTransaction, Otherwise};
pub use scope::{Scope, Scoped, scope};

//! Endpoints: one handler function with its method, path, version range and policies.

mod answer;
pub mod assert;
pub mod check;
mod invoke;
mod list;
mod message;
mod meta;
mod scope;
mod transaction;

pub(crate) use answer::Answer;
pub use invoke::Invoke;
pub(crate) use list::Registered;
pub use list::{Endpoints, Needs};
pub use meta::{Endpoint, Meta, Method, Path, Range};
pub use scope::{Scope, Scoped, scope};
pub use transaction::{IsTransaction, NoTransaction};

//! Which version a request is served at.

mod change;
mod declared;
pub(crate) mod policy;
pub(crate) mod resolve;

pub use change::Change;
pub use declared::{ApiVersions, ParseVersionError};
pub use policy::{Header, HeaderSource, Pin, VersionPolicy};

/// What the expansion of `#[derive(ApiVersions)]` calls.
pub mod expanded {
    pub use super::declared::{BROKEN, deserialize, fmt, parse, serialize, served};
}

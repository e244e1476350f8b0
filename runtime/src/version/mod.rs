//! Which version a request is served at.

mod at;
mod change;
mod declared;
mod first_use;
pub(crate) mod pin;
pub(crate) mod policy;
pub(crate) mod resolve;
pub(crate) mod source;

pub use at::at;
pub use change::Change;
pub use declared::{ApiVersions, BeforeFirstVersion, ParseVersionError};
pub use first_use::{FirstUse, pin_on_first_use};
pub use pin::{Pin, SeesPreviews};
pub use policy::{Open, VersionPolicy};
pub use source::{
    Header, Joins, Kinds, MediaType, Once, PathSegment, QueryParam, RequestHeaders, Sources, Unpinned, Unused,
};

/// What the expansion of `#[derive(ApiVersions)]` calls.
pub mod expanded {
    pub use super::declared::{BROKEN, deserialize, fmt, parse, serialize, served};
}

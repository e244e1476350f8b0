//! Which version a request is served at.

mod declared;
pub(crate) mod pins;
pub(crate) mod policy;
pub(crate) mod resolve;

pub use declared::{ApiVersions, ParseVersionError};
#[cfg(feature = "sqlite")]
pub use pins::SqlitePins;
pub use pins::{CachedPins, MemoryPins, PinStore, PinStoreError};
pub use policy::{Header, HeaderSource, Pin, VersionPolicy};

/// What the expansion of `#[derive(ApiVersions)]` calls.
pub mod expanded {
    pub use super::declared::{BROKEN, deserialize, fmt, parse, serialize, served};
}

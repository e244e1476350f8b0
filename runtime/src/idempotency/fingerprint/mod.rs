//! Which requests are the same: two that carry one key must be.

mod body_rule;
mod canonical;
#[cfg(feature = "multipart")]
mod multipart;
mod request_comparison;
mod request_fingerprint;
mod secrets;
mod target;

pub(crate) use body_rule::BodyRule;
pub(crate) use request_comparison::{BodyValue, RequestComparison};
#[doc(hidden)]
pub use request_fingerprint::Fingerprinting;
pub(crate) use request_fingerprint::{Endpoint, RequestFingerprint, ValueHasher, compare, digest};
pub(crate) use secrets::{Hashing, Secrets};
pub(crate) use target::OperationPerRoute;

#[cfg(test)]
pub(crate) use request_fingerprint::tests::versions as test_versions;

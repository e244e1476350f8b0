//! The guard before idempotent endpoints.

#[cfg(feature = "idempotency")]
pub(crate) use crate::idempotency::Guard;

/// Without the feature `idempotency` no endpoint is idempotent, and no API has a guard.
#[cfg(not(feature = "idempotency"))]
#[derive(Debug)]
pub(crate) enum Guard {}

use std::time::Duration;

/// What an endpoint's `#[idempotent(…)]` says.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct IdempotentPolicy {
    /// Names the operation, the same in all API versions.
    pub operation: &'static str,
    /// How long a finished record is kept, from completion on.
    pub ttl: Duration,
    /// How long an execution may go without a sign of life before another may take its place.
    pub lease: Duration,
    /// Whether the handler takes a [`Tx`](crate::Tx): its record is then written in the same transaction.
    pub transactional: bool,
}

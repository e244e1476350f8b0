use crate::{FencingToken, Fingerprint, Match, Step, StoredOutcome};
use std::time::Duration;

/// An event in the life of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A request is to run the operation, or to receive its outcome.
    Request(Request),
    /// A request is to receive the outcome of the operation, and may not run it.
    Peek {
        /// How the request compares with that of the record.
        matched: Match,
    },
    /// An operator or a client reads the status of the operation, whatever its request was.
    Status,
    /// An execution came to a final response.
    Complete {
        /// The token of its claim.
        token: FencingToken,
        /// How its request compares with that of the record.
        matched: Match,
        /// Its request.
        fingerprint: Fingerprint,
        /// The outcome to store.
        outcome: StoredOutcome,
        /// How long to store it.
        keep: Keep,
        /// When it will stop being replayed. For display.
        expires_at: u64,
    },
    /// An execution ended without a final response. A retry runs again.
    Release {
        /// The token of its claim.
        token: FencingToken,
    },
    /// An execution ended and its outcome is not known. No retry runs before somebody has found out.
    MarkLost {
        /// The token of its claim.
        token: FencingToken,
        /// How its request compares with that of the record.
        matched: Match,
        /// Its request.
        fingerprint: Fingerprint,
        /// The current time, in milliseconds since the Unix epoch. For display.
        now: u64,
    },
    /// An execution is still in progress.
    Renew {
        /// The token of its claim.
        token: FencingToken,
        /// How long it may take from now on.
        lease: Duration,
    },
    /// An execution has completed one of its steps.
    Step {
        /// The token of its claim.
        token: FencingToken,
        /// The position of the step.
        index: usize,
        /// The step.
        step: Step,
        /// How long the rest may take from now on.
        lease: Duration,
    },
    /// Somebody has found out the outcome of an operation.
    Settle {
        /// The outcome, how long to store it, and when it will stop being replayed, for display. `None` if the operation
        /// was not done and may run again.
        outcome: Option<(StoredOutcome, Keep, u64)>,
    },
}

/// A request that is to run an operation, or to receive its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// How it compares with that of the record.
    pub matched: Match,
    /// The request.
    pub fingerprint: Fingerprint,
    /// The token under which the operation would be claimed.
    pub token: FencingToken,
    /// How long the claim would hold.
    pub lease: Duration,
    /// What to do if an earlier execution was lost.
    pub on_lost: OnLost,
    /// The current time, in milliseconds since the Unix epoch. For display.
    pub now: u64,
}

/// The rule for an execution whose lease ran out, because its process died or was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnLost {
    /// A retry runs again. This is right where the operation does no harm twice, or where its steps are recorded.
    #[default]
    Reexecute,
    /// Nothing runs again. Retries are refused with `outcome-unknown` until somebody settles the operation; after 30 days
    /// without that the key is free again.
    Hold,
    /// A retry runs the endpoint's `Recover` extractor, which finds out the outcome.
    Recover,
}

/// How long an outcome is stored, from the moment it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// How long it is replayed.
    pub ttl: Duration,
    /// How long after that its key is refused as expired. With zero the key is free again at once.
    pub remember: Duration,
}

use crate::idempotency::fingerprint::Asked;
use crate::idempotency::record::{Kept, Step, Token};
use std::time::Duration;
use steadfast_core::Date;

/// What happens to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A request wants to run the operation or to hear how it ended.
    Request(Request),
    /// A request wants to hear how the operation ended, and may not run it.
    Look {
        /// What is asked for.
        asked: Asked,
    },
    /// Somebody wants to know how the operation stands, whatever it was asked for.
    Status,
    /// An execution came to a final answer.
    Complete {
        /// The token of its claim.
        token: Token,
        /// What it was asked for.
        asked: Asked,
        /// What to keep.
        outcome: Kept,
        /// For how long.
        keep: Keep,
    },
    /// An execution ended without a final answer; a retry shall run again.
    Release {
        /// The token of its claim.
        token: Token,
    },
    /// An execution ended and nobody knows how; no retry shall run before somebody has found out.
    Lose {
        /// The token of its claim.
        token: Token,
        /// What it was asked for.
        asked: Asked,
        /// The API version it was asked in.
        version: Option<Date>,
    },
    /// An execution is still running.
    Renew {
        /// The token of its claim.
        token: Token,
        /// For how long it may take from now on.
        lease: Duration,
    },
    /// An execution has finished one of its steps.
    Step {
        /// The token of its claim.
        token: Token,
        /// How many steps were before it.
        index: usize,
        /// What it came to.
        step: Step,
        /// For how long the rest may take from now on.
        lease: Duration,
    },
    /// Somebody has found out how an operation of unknown outcome ended.
    Settle {
        /// What it came to and for how long that is kept; `None` if it did not happen and may run again.
        outcome: Option<(Kept, Keep)>,
    },
}

impl Request {
    /// A request in no version, which runs again what was lost.
    pub fn new(asked: impl Into<Asked>, token: Token, lease: Duration) -> Self {
        Self { asked: asked.into(), version: None, token, lease, on_lost: OnLost::Reexecute }
    }
}

impl Event {
    /// What is asked for by a request that wants to hear how an operation ended.
    pub(in crate::idempotency) fn asked(&self) -> Option<&Asked> {
        match self {
            Self::Request(Request { asked, .. }) | Self::Look { asked } => Some(asked),
            _ => None,
        }
    }

    /// Whether the event changes no state.
    pub fn is_read(&self) -> bool {
        matches!(self, Self::Look { .. } | Self::Status)
    }
}

/// A request that wants to run an operation or to hear how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is asked for.
    pub asked: Asked,
    /// The API version it is asked in.
    pub version: Option<Date>,
    /// Under which token the operation would be claimed.
    pub token: Token,
    /// For how long.
    pub lease: Duration,
    /// What to do if an earlier execution was lost.
    pub on_lost: OnLost,
}

/// What becomes of an execution whose lease ran out: its process died, or it was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnLost {
    /// A retry runs again: right where the operation does no harm twice, or its steps are recorded.
    #[default]
    Reexecute,
    /// Nothing runs again. Retries hear that the outcome is unknown, until somebody settles it; after 30 days
    /// without that the key is as good as new.
    Hold,
    /// A retry asks the endpoint's [`Recover`](super::super::Recover) how it ended.
    Recover,
}

/// For how long an outcome is kept, from the moment it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// How long it is replayed.
    pub ttl: Duration,
    /// How long after that its key is refused as expired; zero if it is as good as new.
    pub remember: Duration,
}

impl Keep {
    /// For this time, after which the key is as good as new.
    pub fn new(ttl: Duration) -> Self {
        Self { ttl, remember: Duration::ZERO }
    }
}

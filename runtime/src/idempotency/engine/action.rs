use crate::idempotency::record::{Finished, Kept};
use crate::idempotency::state::State;
use steadfast_core::Date;

/// What the sender of an [`Event`](super::Event) is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Action {
    /// The operation is claimed: run it.
    Execute {
        /// What an execution that was lost had finished.
        steps: Finished,
    },
    /// The operation is claimed, after an execution of it was lost: find out how that ended.
    Recover {
        /// When it began.
        since: u64,
        /// What it had finished.
        steps: Finished,
    },
    /// The operation is done: answer with this.
    Replay {
        /// How it ended.
        outcome: Kept,
        /// Until when it is replayed.
        expires_at: u64,
    },
    /// Another execution is under way.
    InProgress {
        /// When to ask again, in seconds.
        retry_after: u64,
    },
    /// An execution was lost, and whether it took effect is not known.
    Unknown {
        /// When it began.
        since: u64,
    },
    /// The key belongs to another request.
    Mismatch {
        /// The API version that request was made in: in another, the same request has another fingerprint.
        version: Option<Date>,
    },
    /// The operation is done, so long ago that its outcome is no longer kept.
    Expired,
    /// Whether the record is that of the same request cannot be said: see [`Match::Incomparable`](super::super::Match).
    Incomparable,
    /// Nothing is known of the operation.
    Missing,
    /// The event took effect.
    Done,
    /// The claim is no longer the sender's, and nothing was changed.
    Lost,
}

/// What becomes of the stored state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It stays.
    Keep,
    /// It is replaced.
    Put(State),
    /// It goes.
    Remove,
}

/// The result of [`step`](super::step).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// What to store.
    pub change: Change,
    /// What to answer.
    pub action: Action,
}

impl Action {
    /// [`Execute`](Self::Execute) from the beginning.
    pub const EXECUTE: Self = Self::Execute { steps: Finished::NONE };

    /// For an execution that lost its claim to one that has lapsed too: the winner may still come to an end.
    pub(super) fn or_wait(self) -> Self {
        match self {
            Self::Missing => Self::InProgress { retry_after: 1 },
            action => action,
        }
    }
}

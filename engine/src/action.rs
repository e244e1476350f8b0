use crate::{CompletedSteps, State, StoredOutcome};
use steadfast_core::Date;

/// What the sender of an [`Event`](crate::Event) is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Action {
    /// The operation is claimed: run it.
    Execute {
        /// The steps that an earlier execution completed.
        steps: CompletedSteps,
    },
    /// The operation is claimed, after an execution of it was lost: find out the outcome of that.
    Recover {
        /// When the lost execution began, in milliseconds since the Unix epoch.
        since: u64,
        /// The steps that it completed.
        steps: CompletedSteps,
    },
    /// The operation is done: respond with this.
    Replay {
        /// The stored response.
        outcome: StoredOutcome,
        /// When it stops being replayed, in milliseconds since the Unix epoch.
        expires_at: u64,
    },
    /// Another execution is in progress.
    InProgress {
        /// After how many seconds to retry. At least 1.
        retry_after: u64,
    },
    /// An execution was lost, and its outcome is not known.
    Unknown {
        /// When it began, in milliseconds since the Unix epoch.
        since: u64,
    },
    /// The key belongs to another request.
    Mismatch {
        /// The API version of that request.
        version: Option<Date>,
    },
    /// The operation is done, so long ago that its response is no longer stored.
    Expired,
    /// The request cannot be compared with that of the record.
    Incomparable,
    /// Nothing is stored that would keep the operation from running.
    NotFound,
    /// The event took effect.
    Applied,
    /// The claim is no longer the sender's, and nothing was changed.
    ClaimLost,
}

/// What happens to the stored state.
#[allow(clippy::large_enum_variant, reason = "it is taken apart at once and never stored")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It stays.
    Keep,
    /// It is replaced.
    Put(State),
    /// It is removed.
    Remove,
}

/// The result of [`step`](crate::step).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The change to store.
    pub change: Change,
    /// The action for the sender, once the change is stored.
    pub action: Action,
}

impl Action {
    /// [`Execute`](Self::Execute) from the beginning.
    pub const EXECUTE: Self = Self::Execute { steps: CompletedSteps::NONE };

    /// Returns the action for an execution whose claim another one took over and let lapse: that one may still end.
    pub(crate) fn or_wait(self) -> Self {
        match self {
            Self::NotFound => Self::InProgress { retry_after: 1 },
            action => action,
        }
    }
}

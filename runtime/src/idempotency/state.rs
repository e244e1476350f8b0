use super::record::{Fingerprint, Outcome, Token};
use std::time::Duration;

/// How long a claim whose lease ran out is remembered, so that its key stays bound to the request it was used with.
const LOST_CLAIM: Duration = Duration::from_hours(24);

/// What a store holds for one [`RecordId`](super::RecordId).
///
/// Times are milliseconds since the Unix epoch on the store's clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum State {
    /// Nothing.
    #[default]
    Absent,
    /// An execution is under way, or was when its process died.
    Claimed {
        /// Whose claim this is.
        token: Token,
        /// What it was asked for.
        fingerprint: Fingerprint,
        /// When the execution began.
        claimed_at: u64,
        /// Until when nobody else may begin another.
        lease_until: u64,
    },
    /// The execution came to a final answer.
    Completed {
        /// What it was asked for.
        fingerprint: Fingerprint,
        /// What it answered.
        outcome: Outcome,
        /// From when on the key is as good as new.
        expires_at: u64,
    },
}

impl State {
    /// From when on this state counts as [`Absent`](State::Absent) and a store may forget it; `None` if it already is.
    pub fn expires_at(&self) -> Option<u64> {
        match self {
            Self::Absent => None,
            Self::Claimed { lease_until, .. } => Some(after(*lease_until, LOST_CLAIM)),
            Self::Completed { expires_at, .. } => Some(*expires_at),
        }
    }
}

/// The time `duration` after `time`.
pub(super) fn after(time: u64, duration: Duration) -> u64 {
    time.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

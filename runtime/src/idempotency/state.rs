use super::record::{Fingerprint, Finished, Kept, Token};
use std::time::Duration;
use steadfast_core::Date;

/// How long an operation that came to no answer is remembered, so that its key stays bound to the request it was used
/// with, and so that nothing runs again that somebody has to look into first.
const LOST: Duration = Duration::from_hours(30 * 24);

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
        /// The API version it was asked in.
        version: Option<Date>,
        /// The steps that are finished.
        steps: Finished,
        /// Whether an execution before it was lost, and how that ended is still to be found out.
        unknown: bool,
        /// When the execution began; the one that was lost, if there was one.
        claimed_at: u64,
        /// Until when nobody else may begin another.
        lease_until: u64,
    },
    /// An execution ended behind some of its steps. A retry goes on there.
    Checkpoint {
        /// What it was asked for.
        fingerprint: Fingerprint,
        /// The API version it was asked in.
        version: Option<Date>,
        /// The steps that are finished.
        steps: Finished,
        /// From when on the key is as good as new.
        expires_at: u64,
    },
    /// An execution was lost, or could not say how it ended, and is not to be run again before somebody has found out.
    Indeterminate {
        /// Whose claim it was.
        token: Token,
        /// What it was asked for.
        fingerprint: Fingerprint,
        /// The API version it was asked in.
        version: Option<Date>,
        /// The steps it had finished.
        steps: Finished,
        /// When the execution began.
        claimed_at: u64,
        /// From when on the key is as good as new.
        expires_at: u64,
    },
    /// The execution came to a final answer.
    Completed {
        /// What it was asked for.
        fingerprint: Fingerprint,
        /// What it answered.
        outcome: Kept,
        /// From when on it is replayed no more.
        expires_at: u64,
        /// From when on the key is as good as new; until then it is refused as expired.
        forget_at: u64,
    },
}

impl State {
    /// From when on this state counts as [`Absent`](State::Absent) and a store may forget it; `None` if it already is.
    pub fn forget_at(&self) -> Option<u64> {
        match self {
            Self::Absent => None,
            Self::Claimed { lease_until, .. } => Some(after(*lease_until, LOST)),
            Self::Checkpoint { expires_at, .. } | Self::Indeterminate { expires_at, .. } => Some(*expires_at),
            Self::Completed { expires_at, forget_at, .. } => Some(*forget_at.max(expires_at)),
        }
    }

    /// What the operation was asked for, unless the state is [`Absent`](State::Absent).
    pub fn fingerprint(&self) -> Option<&Fingerprint> {
        match self {
            Self::Absent => None,
            Self::Claimed { fingerprint, .. }
            | Self::Checkpoint { fingerprint, .. }
            | Self::Indeterminate { fingerprint, .. }
            | Self::Completed { fingerprint, .. } => Some(fingerprint),
        }
    }

    /// The API version that the operation was asked in.
    pub fn version(&self) -> Option<Date> {
        match self {
            Self::Absent => None,
            Self::Claimed { version, .. }
            | Self::Checkpoint { version, .. }
            | Self::Indeterminate { version, .. } => *version,
            Self::Completed { outcome, .. } => outcome.version(),
        }
    }
}

/// Until when an operation that came to no answer by `now` is remembered.
pub(super) fn remembered_until(now: u64) -> u64 {
    after(now, LOST)
}

/// The time `duration` after `time`.
pub(super) fn after(time: u64, duration: Duration) -> u64 {
    time.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

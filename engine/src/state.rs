use crate::{CompletedSteps, FencingToken, Fingerprint, Kind, StoredOutcome};
use std::time::Duration;
use steadfast_core::Date;

/// How long an operation without an outcome is remembered: 30 days. Until then its key stays bound to the request it was
/// used with, and nothing runs again that somebody has to look into first.
pub const UNSETTLED: Duration = Duration::from_hours(30 * 24);

/// The state of one operation, as its record holds it.
///
/// Durations count from the moment at which the store wrote the record. The fields that are points in time are for
/// display only; they are milliseconds since the Unix epoch, by the clock of the process that wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum State {
    /// There is no record.
    #[default]
    Absent,
    /// An execution is in progress, or was when its process died.
    Claimed {
        /// The token of the claim.
        token: FencingToken,
        /// The request.
        fingerprint: Fingerprint,
        /// The completed steps.
        steps: CompletedSteps,
        /// Whether an execution before this one was lost, and its outcome is still to be found out.
        unknown: bool,
        /// When the execution began; the lost one, if there was one. For display.
        began_at: u64,
        /// How long the execution had run before this write.
        ran_for: Duration,
        /// How long nobody else may begin another execution.
        lease: Duration,
    },
    /// An execution ended after some of its steps. A retry continues there.
    Checkpoint {
        /// The request.
        fingerprint: Fingerprint,
        /// The completed steps.
        steps: CompletedSteps,
    },
    /// An execution was lost, or does not know its own outcome. It does not run again before somebody has found out.
    Indeterminate {
        /// The token of the last claim.
        token: FencingToken,
        /// The request.
        fingerprint: Fingerprint,
        /// The completed steps.
        steps: CompletedSteps,
        /// When the execution began. For display.
        began_at: u64,
    },
    /// The execution came to a final response.
    Completed {
        /// The request.
        fingerprint: Fingerprint,
        /// The stored response.
        outcome: StoredOutcome,
        /// How long it is replayed.
        ttl: Duration,
        /// How long after that the key is refused as expired.
        remember: Duration,
        /// When it stops being replayed. For display.
        expires_at: u64,
    },
}

impl State {
    /// Returns how long a record of this state counts, from the moment it is written. Afterwards it is as if there were
    /// none.
    pub fn keep_for(&self) -> Duration {
        match self {
            Self::Absent => Duration::ZERO,
            Self::Claimed { lease, .. } => lease.saturating_add(UNSETTLED),
            Self::Checkpoint { .. } | Self::Indeterminate { .. } => UNSETTLED,
            Self::Completed { ttl, remember, .. } => ttl.saturating_add(*remember),
        }
    }

    /// Returns the kind of entry that holds this state; `None` if there is none.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Absent => None,
            Self::Claimed { .. } => Some(Kind::Running),
            Self::Checkpoint { .. } | Self::Indeterminate { .. } => Some(Kind::Held),
            Self::Completed { .. } => Some(Kind::Done),
        }
    }

    /// Returns the request that the record was made for.
    pub fn fingerprint(&self) -> Option<&Fingerprint> {
        match self {
            Self::Absent => None,
            Self::Claimed { fingerprint, .. }
            | Self::Checkpoint { fingerprint, .. }
            | Self::Indeterminate { fingerprint, .. }
            | Self::Completed { fingerprint, .. } => Some(fingerprint),
        }
    }

    /// Returns the API version of the request that the record was made for.
    pub fn version(&self) -> Option<Date> {
        self.fingerprint()?.version
    }

    /// Returns when the execution began, if the record says so. For display.
    pub fn began_at(&self) -> Option<u64> {
        match self {
            Self::Claimed { began_at, .. } | Self::Indeterminate { began_at, .. } => Some(*began_at),
            Self::Absent | Self::Checkpoint { .. } | Self::Completed { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tombstone;

    const LONG: Duration = Duration::MAX;

    fn states(time: Duration) -> [State; 5] {
        let fingerprint = Fingerprint {
            version: Date::from_ymd(2025, 9, 30),
            algorithm: 1,
            bytes: [7; Fingerprint::LENGTH],
            typed: None,
        };
        let (token, steps, began_at) = (FencingToken([1; 16]), CompletedSteps::NONE, 5);
        let outcome = StoredOutcome::Tombstone(Tombstone {
            status: http::StatusCode::OK,
            location: None,
            version: Date::from_ymd(2024, 1, 15),
        });
        [
            State::Absent,
            State::Claimed {
                token,
                fingerprint,
                steps: steps.clone(),
                unknown: false,
                began_at,
                ran_for: time,
                lease: time,
            },
            State::Checkpoint { fingerprint, steps: steps.clone() },
            State::Indeterminate { token, fingerprint, steps, began_at },
            State::Completed { fingerprint, outcome, ttl: time, remember: time, expires_at: 6 },
        ]
    }

    #[test]
    fn record_without_an_outcome_counts_for_thirty_days() {
        let day = Duration::from_hours(24);
        let days = states(day).map(|state| state.keep_for().as_secs() / day.as_secs());
        assert_eq!(days, [0, 31, 30, 30, 2]);
    }

    #[test]
    fn longest_durations_do_not_overflow() {
        assert_eq!(
            states(LONG).map(|state| state.keep_for()),
            [Duration::ZERO, LONG, UNSETTLED, UNSETTLED, LONG]
        );
    }

    #[test]
    fn version_is_that_of_the_request_and_not_of_the_response() {
        let request = Date::from_ymd(2025, 9, 30);
        assert_eq!(states(LONG).map(|state| state.version()), [None, request, request, request, request]);
    }

    #[test]
    fn beginning_is_known_of_executions_without_an_end() {
        assert_eq!(states(LONG).map(|state| state.began_at()), [None, Some(5), None, Some(5), None]);
    }
}

use super::GuardOutcome;
use crate::idempotency::audit::AuditContext;
use crate::idempotency::config::Rules;
use crate::idempotency::fingerprint::RequestFingerprint;
use crate::idempotency::in_flight::Completion;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;
use steadfast_engine::{Action, AuditDraft, RecordId};
use tokio::time::{Instant, sleep_until};

/// How long a duplicate waits before it asks the store again about an execution in another process: at first, and at
/// most.
const ASK_AGAIN: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// A request with a key, before the store is asked.
pub(super) struct IdempotentRequest {
    pub(super) rules: Arc<Rules>,
    pub(super) id: RecordId,
    pub(super) fingerprint: Arc<RequestFingerprint>,
    pub(super) version: Option<Date>,
    /// Otherwise it may still receive the stored response of a request that could run.
    pub(super) may_run: bool,
    /// Whether its key is older than every record.
    pub(super) is_stale: bool,
    /// What it takes to find out the outcome of a lost execution, if the endpoint does that.
    pub(super) recovery: Option<RecoveryKey>,
    /// For the entries of the audit log, if the endpoint has one.
    pub(super) audit: Option<Arc<AuditContext>>,
}

/// The caller and the key, as a [`Recover`](crate::idempotency::Recover) extractor receives them.
#[derive(Clone)]
pub(super) struct RecoveryKey {
    pub(super) scope: String,
    pub(super) key: Vec<u8>,
}

impl IdempotentRequest {
    /// Returns the entry of the audit log about what was found.
    pub(super) fn audit_entry(&self, found: &Action) -> Option<Box<AuditDraft>> {
        self.audit.as_ref()?.found(found).map(Box::new)
    }

    /// Returns the outcome of a request that found this.
    pub(super) fn found(&self, found: Action) -> GuardOutcome {
        let found = match found {
            // The client knows its own version.
            Action::Mismatch { version } if version == self.version => Action::Mismatch { version: None },
            found => found,
        };
        let mut outcome = GuardOutcome::found(&self.rules, found);
        // Whoever sends the body of another version receives the response of that version.
        if let GuardOutcome::Replayed { version, head, .. } = &mut outcome
            && head.is_some()
            && *version != self.version
            && self.fingerprint.is_foreign()
        {
            *head = None;
        }
        outcome
    }
}

/// A duplicate that waits for the execution in progress.
pub(super) struct Wait {
    until: Instant,
    ask_again: Duration,
    has_waited: bool,
}

impl Wait {
    pub(super) fn until(until: Instant) -> Self {
        Self { until, ask_again: ASK_AGAIN.0, has_waited: false }
    }

    /// Returns `true` if the duplicate has not waited yet.
    pub(super) fn is_new(&self) -> bool {
        !self.has_waited
    }

    pub(super) fn goes_on(&self) -> bool {
        Instant::now() < self.until
    }

    /// Waits for the end of an execution in this process, or for the time to ask about one in another.
    pub(super) async fn once(&mut self, completion: Option<Completion>) {
        self.has_waited = true;
        if let Some(completion) = completion {
            // Its end or the deadline: either way the store is asked once more.
            let _ = tokio::time::timeout_at(self.until, completion).await;
            return;
        }
        sleep_until((Instant::now() + self.ask_again).min(self.until)).await;
        self.ask_again = (self.ask_again * 2).min(ASK_AGAIN.1);
    }
}

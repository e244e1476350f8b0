use super::fingerprint::RequestFingerprint;
use crate::sync::{Mutex, MutexGuard};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use steadfast_engine::{Action, Fingerprint, IdentityHasher, Match, RecordId, retry_after};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Beyond this a client need not wait to ask again, however long the operation has run.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The executions of this process, and the requests that ask the store whether to become one.
///
/// What is in here does not begin a second time in this process, whatever happens to its claim: a handler that blocks its
/// thread, or a store that could not be told that it goes on, ends no execution.
#[derive(Default)]
pub(super) struct InFlight(Mutex<Table>);

type Table = HashMap<RecordId, Running, BuildHasherDefault<IdentityHasher>>;

struct Running {
    request: Known,
    since: Instant,
    /// There as soon as somebody waits.
    ended: Option<Ended>,
}

/// Wakes those who wait for the end of an execution, in the order in which they came, when it is dropped.
#[derive(Default)]
struct Ended(CancellationToken);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// An execution as somebody else has seen it. To compare bodies may take long, and the table is for everybody.
pub(super) struct Seen {
    request: Known,
    ran_for: Duration,
}

/// The request of an execution, as far as it is known.
#[derive(Clone)]
enum Known {
    /// Before it runs, with its body.
    Request(Arc<RequestFingerprint>),
    /// An execution may be long, and keeps no body.
    Fingerprint(Fingerprint),
}

/// The end of an execution of this process.
pub(super) type Completion = WaitForCancellationFutureOwned;

/// An execution that is in progress until this is dropped.
pub(super) struct InFlightGuard {
    table: Arc<InFlight>,
    id: RecordId,
}

impl InFlight {
    /// Enters an execution, or returns the one whose duplicate it is.
    pub(super) fn enter(
        self: &Arc<Self>,
        id: RecordId,
        request: &Arc<RequestFingerprint>,
    ) -> Result<InFlightGuard, Box<Seen>> {
        match self.table().entry(id) {
            Entry::Occupied(running) => Err(Box::new(running.get().seen())),
            Entry::Vacant(vacant) => {
                let known = Known::Request(Arc::clone(request));
                vacant.insert(Running { request: known, since: Instant::now(), ended: None });
                Ok(InFlightGuard { table: Arc::clone(self), id })
            }
        }
    }

    /// Returns the execution that is in progress, if one is.
    pub(super) fn seen(&self, id: RecordId) -> Option<Seen> {
        self.table().get(&id).map(Running::seen)
    }

    /// Returns the end of the execution that is in progress, if one is.
    pub(super) fn completion(&self, id: RecordId) -> Option<Completion> {
        let mut table = self.table();
        let ended = &mut table.get_mut(&id)?.ended;
        Some(ended.get_or_insert_default().0.clone().cancelled_owned())
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlightGuard {
    /// Keeps the fingerprint of the request in the place of its body.
    pub(super) fn run(&self, fingerprint: Fingerprint) {
        if let Some(running) = self.table.table().get_mut(&self.id) {
            running.request = Known::Fingerprint(fingerprint);
        }
    }
}

impl Running {
    fn seen(&self) -> Seen {
        Seen { request: self.request.clone(), ran_for: self.since.elapsed() }
    }
}

impl Seen {
    /// Returns what a request with the same key is to be answered.
    pub(super) async fn found_by(self, request: &Arc<RequestFingerprint>) -> Action {
        // Either body may be large.
        match &self.request {
            Known::Request(running) if running.is_large() => {
                let (running, request) = (Arc::clone(running), Arc::clone(request));
                running.read(move |_| self.compare(&request)).await
            }
            _ => request.read(move |request| self.compare(request)).await,
        }
    }

    fn compare(&self, request: &RequestFingerprint) -> Action {
        let (matched, fingerprint) = match &self.request {
            Known::Request(running) => match request.matches_request(running) {
                Match::Same => (Match::Same, None),
                matched => (matched, Some(running.fingerprint())),
            },
            Known::Fingerprint(running) => (request.matches(running), Some(*running)),
        };
        match (matched, fingerprint) {
            (Match::Different, Some(running)) if !request.is_undecided(&running) => {
                Action::Mismatch { version: running.version }
            }
            (Match::Incomparable, _) => Action::Incomparable,
            _ => Action::InProgress { retry_after: retry_after(self.ran_for, LONGEST_WAIT) },
        }
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.table.table().remove(&self.id);
    }
}

#[cfg(test)]
mod tests;

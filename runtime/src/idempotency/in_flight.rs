use super::engine::{Action, retry_after};
use super::fingerprint::{Asked, Match};
use super::record::RecordId;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use steadfast_core::Date;
use tokio::sync::watch;
use tokio::time::Instant;

/// Beyond this a client need not wait to ask again, however long the operation has run.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The executions of this process, and those who ask the store whether to become one. What is in here is not begun a
/// second time in this process, whatever has become of its claim: a handler that blocks its thread, or a store that
/// could not be told that it goes on, ends no execution.
#[derive(Default)]
pub(super) struct InFlight(Mutex<HashMap<RecordId, Running>>);

struct Running {
    asked: Asked,
    version: Option<Date>,
    since: Instant,
    /// There as soon as somebody waits.
    ended: Option<watch::Sender<()>>,
}

/// The end of an execution of this process.
pub(super) struct End(watch::Receiver<()>);

impl End {
    /// Waits for it.
    pub(super) async fn wait(mut self) {
        // Nothing is ever sent: the sender goes with the execution.
        let _ = self.0.changed().await;
    }
}

/// An execution that is under way until this is dropped.
pub(super) struct Entered {
    table: Arc<InFlight>,
    id: RecordId,
}

impl InFlight {
    /// Enters an execution, or says what its twin is to be told.
    pub(super) fn enter(
        self: &Arc<Self>,
        id: RecordId,
        asked: &Asked,
        version: Option<Date>,
    ) -> Result<Entered, Action> {
        match self.table().entry(id) {
            Entry::Occupied(running) => Err(running.get().found_by(asked)),
            Entry::Vacant(vacant) => {
                vacant.insert(Running { asked: asked.clone(), version, since: Instant::now(), ended: None });
                Ok(Entered { table: Arc::clone(self), id })
            }
        }
    }

    /// What a request that may not run is to be told.
    pub(super) fn look(&self, id: RecordId, asked: &Asked) -> Action {
        self.table().get(&id).map_or(Action::Missing, |running| running.found_by(asked))
    }

    /// The end of the execution that is under way, if one is.
    pub(super) fn ended(&self, id: RecordId) -> Option<End> {
        let mut table = self.table();
        let ended = &mut table.get_mut(&id)?.ended;
        Some(End(ended.get_or_insert_with(|| watch::channel(()).0).subscribe()))
    }

    fn table(&self) -> MutexGuard<'_, HashMap<RecordId, Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entered {
    /// Keeps of what is asked for what is compared, and no longer the body: an execution may be long.
    pub(super) fn run(&self, asked: &Asked) -> Asked {
        let known = Asked::from(asked.fingerprint());
        if let Some(running) = self.table.table().get_mut(&self.id) {
            running.asked = known.clone();
        }
        known
    }
}

impl Running {
    fn found_by(&self, asked: &Asked) -> Action {
        match asked.matches_asked(&self.asked) {
            Match::Same => {}
            Match::Different => return Action::Mismatch { version: self.version },
            Match::Incomparable => return Action::Incomparable,
        }
        let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Action::InProgress {
            retry_after: retry_after(milliseconds(self.since.elapsed()), milliseconds(LONGEST_WAIT)),
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.table.table().remove(&self.id);
    }
}

use super::engine::{Action, retry_after};
use super::fingerprint::{Asked, Match};
use super::record::{ByItself, RecordId};
use crate::sync::{Mutex, MutexGuard};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, PoisonError};
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
pub(super) struct InFlight(Mutex<Table>);

type Table = HashMap<RecordId, Running, ByItself>;

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
        self.prepare(id, asked);
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
        self.prepare(id, asked);
        self.table().get(&id).map_or(Action::Missing, |running| running.found_by(asked))
    }

    /// Compares large bodies before the table is locked, through which everybody has to go.
    fn prepare(&self, id: RecordId, asked: &Asked) {
        if !asked.takes_long() {
            return;
        }
        let running = self.table().get(&id).map(|running| running.asked.clone());
        if let Some(running) = running {
            // What is worked out is kept, in both.
            let _: Match = asked.matches_asked(&running);
        }
    }

    /// The end of the execution that is under way, if one is.
    pub(super) fn ended(&self, id: RecordId) -> Option<End> {
        let mut table = self.table();
        let ended = &mut table.get_mut(&id)?.ended;
        Some(End(ended.get_or_insert_with(|| watch::channel(()).0).subscribe()))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entered {
    /// Keeps of what is asked for what is compared, and no longer the body: an execution may be long.
    pub(super) fn run(&self, asked: &Asked) -> Asked {
        let known = asked.without_body();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idempotency::Fingerprint;
    use crate::sync::in_every_order;
    use shuttle::thread;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn enter(table: &Arc<InFlight>) -> Option<Entered> {
        let asked = Asked::from(Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] });
        table.enter(RecordId([1; 32]), &asked, None).ok()
    }

    /// A key that was used for something else is not to be told to wait, and then that it waited in vain.
    #[tokio::test(start_paused = true)]
    async fn a_twin_is_compared_before_it_is_told_to_wait() {
        let version = Date::from_ymd(2025, 9, 30);
        let asked = |algorithm, of| {
            let mut bytes = [0; Fingerprint::LENGTH];
            bytes[0] = of;
            Asked::from(Fingerprint { algorithm, bytes })
        };
        let (table, id) = (Arc::new(InFlight::default()), RecordId([1; 32]));
        let entered = table.enter(id, &asked(2, 7), version).ok().unwrap();
        let found = |asked: &Asked| {
            let looked = table.look(id, asked);
            assert_eq!(table.enter(id, asked, None).err().unwrap(), looked);
            looked
        };
        for seconds in [1, 10, 60, 60] {
            assert_eq!(found(&asked(2, 7)), Action::InProgress { retry_after: seconds });
            assert_eq!(found(&asked(2, 8)), Action::Mismatch { version });
            assert_eq!(found(&asked(3, 7)), Action::Incomparable);
            tokio::time::advance(Duration::from_secs(if seconds == 1 { 10 } else { 50 })).await;
        }
        drop(entered);
        assert_eq!(table.look(id, &asked(2, 8)), Action::Missing);
    }

    /// Twins run one after the other, and whoever waits for the end of one hears of it: in every order.
    #[test]
    fn one_is_in_at_a_time_and_nobody_misses_its_end() {
        static WAITED: AtomicUsize = AtomicUsize::new(0);
        in_every_order(2000, || {
            let (table, inside) = (Arc::new(InFlight::default()), Arc::new(AtomicUsize::new(0)));
            let twins: Vec<_> = (0..3)
                .map(|_| {
                    let (table, inside) = (Arc::clone(&table), Arc::clone(&inside));
                    thread::spawn(move || {
                        loop {
                            if let Some(entered) = enter(&table) {
                                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                                thread::yield_now();
                                inside.fetch_sub(1, Ordering::SeqCst);
                                drop(entered);
                                return;
                            }
                            if let Some(end) = table.ended(RecordId([1; 32])) {
                                shuttle::future::block_on(end.wait());
                                WAITED.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    })
                })
                .collect();
            for twin in twins {
                twin.join().unwrap();
            }
            assert!(table.table().is_empty());
        });
        assert!(WAITED.load(Ordering::Relaxed) > 0, "nobody ever waited");
    }
}

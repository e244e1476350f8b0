//! A store in memory whose calls fail, wait, or lose their replies.

use super::*;
use std::sync::atomic::AtomicBool;
use steadfast_engine::{
    AuditDraft, AuditFilter, AuditLog, AuditRow, Entry, Found, Kind, Revision, State, Swap,
};

/// A call of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    FindOrInsert,
    /// A swap that puts an entry of this kind.
    Put(Kind),
    /// A swap that removes an entry.
    Remove,
    Load,
    Append,
}

impl Call {
    pub(super) const RENEW: Self = Self::Put(Kind::Running);
    pub(super) const COMPLETE: Self = Self::Put(Kind::Done);
    pub(super) const HOLD: Self = Self::Put(Kind::Held);
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// The call fails without an effect.
    Fail,
    /// There is no room for an entry of more than this many bytes.
    FullBeyond(usize),
    /// The call takes effect, and fails.
    LoseReply,
    /// The call fails, and takes effect when the test [lands](TestStore::land) it.
    Late,
    /// The call takes effect when the test lets it [go on](TestStore::go_on).
    WaitBefore,
    /// The call takes effect, and returns when the test lets it go on.
    WaitAfter,
    /// The call takes effect twice: the store itself has repeated it.
    Repeat,
    /// The swap finds another revision.
    Conflict,
    /// The swap finds another revision, and the very bytes that it was to write.
    WrittenByOther,
}

type Plan = Box<dyn FnMut(Call) -> Fault + Send>;

#[derive(Clone)]
pub(super) struct TestStore {
    pub(super) records: MemoryStore,
    shared: Arc<Shared>,
}

struct Shared {
    plan: Mutex<Plan>,
    calls: Mutex<Vec<Call>>,
    late: Mutex<Vec<Write>>,
    go_on: Notify,
    is_full: AtomicBool,
}

#[derive(Clone)]
struct Write {
    id: RecordId,
    expected: Option<Revision>,
    new: Option<Entry>,
    audit: Vec<AuditDraft>,
}

impl TestStore {
    pub(super) fn new(plan: impl FnMut(Call) -> Fault + Send + 'static) -> Self {
        Self::with(MemoryStore::new(), plan)
    }

    pub(super) fn with(records: MemoryStore, plan: impl FnMut(Call) -> Fault + Send + 'static) -> Self {
        let shared = Shared {
            plan: Mutex::new(Box::new(plan)),
            calls: Mutex::default(),
            late: Mutex::default(),
            go_on: Notify::new(),
            is_full: AtomicBool::new(false),
        };
        Self { records, shared: Arc::new(shared) }
    }

    /// A store whose calls of this kind have this fault, the first `times` times.
    pub(super) fn faulty(call: Call, fault: Fault, times: u32) -> Self {
        Self::faulty_with(MemoryStore::new(), call, fault, times)
    }

    /// The same, with these records.
    pub(super) fn faulty_with(records: MemoryStore, call: Call, fault: Fault, mut times: u32) -> Self {
        Self::with(records, move |found| {
            if found != call || times == 0 {
                return Fault::None;
            }
            times -= 1;
            fault
        })
    }

    pub(super) fn plan(&self, plan: impl FnMut(Call) -> Fault + Send + 'static) {
        *self.shared.plan.lock().unwrap() = Box::new(plan);
    }

    /// From now on nothing goes wrong.
    pub(super) fn recover(&self) {
        self.plan(|_| Fault::None);
    }

    /// From now on there is no room for what would begin, or there is again.
    pub(super) fn fill(&self, is_full: bool) {
        self.shared.is_full.store(is_full, Ordering::SeqCst);
    }

    /// Returns the calls since the last time.
    pub(super) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut *self.shared.calls.lock().unwrap())
    }

    /// Lets one call that waits go on.
    pub(super) fn go_on(&self) {
        self.shared.go_on.notify_one();
    }

    /// Lets the calls that have failed take effect. Returns what became of each.
    pub(super) async fn land(&self) -> Vec<Swap> {
        let late = std::mem::take(&mut *self.shared.late.lock().unwrap());
        let mut landed = Vec::new();
        for write in late {
            landed.push(self.write(write).await.unwrap());
        }
        landed
    }

    /// Returns the state of the record of a key.
    pub(super) async fn state(&self, key: &str) -> State {
        let found = self.records.load(id_of(key)).await.unwrap();
        steadfast_engine::Codec::default().decode_found(id_of(key), found.as_ref()).unwrap()
    }

    /// Changes the bytes of the record of a key. Returns those before.
    pub(super) async fn tamper(&self, key: &str, change: impl FnOnce(&[u8]) -> Vec<u8>) -> Bytes {
        let Found { record, kind, revision, .. } = self.records.load(id_of(key)).await.unwrap().unwrap();
        let new = Entry { record: change(&record).into(), kind, keep_for: Duration::from_hours(1) };
        let swapped = self.records.swap(id_of(key), Some(revision), Some(new), Vec::new()).await.unwrap();
        assert!(matches!(swapped, Swap::Done(_)));
        record
    }

    fn fault(&self, call: Call) -> Fault {
        self.shared.calls.lock().unwrap().push(call);
        (self.shared.plan.lock().unwrap())(call)
    }

    fn write(&self, write: Write) -> BoxFuture<'_, Result<Swap, StoreError>> {
        let Write { id, expected, new, audit } = write;
        self.records.swap(id, expected, new, audit)
    }
}

fn down<T>() -> Result<T, StoreError> {
    Err(StoreError::unavailable("down"))
}

impl Store for TestStore {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        Box::pin(async move {
            match self.fault(Call::FindOrInsert) {
                Fault::Fail => return down(),
                Fault::Late => {
                    let write = Write { id, expected: None, new: Some(claim()?), audit: Vec::new() };
                    self.shared.late.lock().unwrap().push(write);
                    return down();
                }
                Fault::LoseReply => {
                    self.records.find_or_insert(id, claim).await?;
                    return down();
                }
                Fault::WaitBefore => self.shared.go_on.notified().await,
                Fault::WaitAfter => {
                    let found = self.records.find_or_insert(id, claim).await;
                    self.shared.go_on.notified().await;
                    return found;
                }
                Fault::Repeat => drop(self.records.find_or_insert(id, claim).await?),
                Fault::None | Fault::FullBeyond(_) | Fault::Conflict | Fault::WrittenByOther => {}
            }
            self.records.find_or_insert(id, claim).await
        })
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        let write = Write { id, expected, new, audit };
        let call = write.new.as_ref().map_or(Call::Remove, |entry| Call::Put(entry.kind));
        Box::pin(async move {
            match self.fault(call) {
                Fault::Fail => return down(),
                Fault::FullBeyond(most)
                    if write.new.as_ref().is_some_and(|entry| entry.record.len() > most) =>
                {
                    return Err(StoreError::Full);
                }
                Fault::Late => {
                    self.shared.late.lock().unwrap().push(write);
                    return down();
                }
                Fault::LoseReply => {
                    drop(self.write(write).await?);
                    return down();
                }
                Fault::WaitBefore => self.shared.go_on.notified().await,
                Fault::WaitAfter => {
                    let swapped = self.write(write).await;
                    self.shared.go_on.notified().await;
                    return swapped;
                }
                Fault::Repeat => drop(self.write(write.clone()).await?),
                Fault::WrittenByOther => {
                    drop(self.write(write).await?);
                    return Ok(Swap::Conflict);
                }
                Fault::Conflict => return Ok(Swap::Conflict),
                Fault::None | Fault::FullBeyond(_) => {}
            }
            self.write(write).await
        })
    }

    fn check_room(&self) -> Result<(), StoreError> {
        if self.shared.is_full.load(Ordering::SeqCst) { Err(StoreError::Full) } else { Ok(()) }
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        Box::pin(async move {
            match self.fault(Call::Load) {
                Fault::None => {}
                Fault::WaitBefore => self.shared.go_on.notified().await,
                Fault::WaitAfter => {
                    let found = self.records.load(id).await;
                    self.shared.go_on.notified().await;
                    return found;
                }
                _ => return down(),
            }
            self.records.load(id).await
        })
    }

    fn audit_log(&self) -> Option<&dyn AuditLog> {
        Some(self)
    }
}

impl AuditLog for TestStore {
    fn append(&self, id: RecordId, entry: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        if self.fault(Call::Append) != Fault::None {
            return Box::pin(async { down() });
        }
        self.records.append(id, entry)
    }

    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        self.records.read(filter, limit)
    }
}

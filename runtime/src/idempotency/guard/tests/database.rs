//! A database in memory that a handler joins with a `Tx`, and whose commits end as a test says.

use super::*;
use steadfast_engine::{
    AuditDraft, AuditLog, Database, Entry, Finish, Found, Revision, Swap, Transaction, Transactions,
};

/// The end of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It takes effect, unless the record has changed.
    Commit,
    /// Somebody else wrote the record.
    Conflict,
    /// It is rolled back, because there is no room.
    Full,
    /// It fails without an effect, which nobody knows.
    Fail,
    /// It takes effect, and the reply is lost.
    LoseReply,
}

/// Happens while a transaction is committed, before it ends.
pub(super) type Meanwhile = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

#[derive(Clone)]
pub(super) struct TestDatabase {
    pub(super) records: TestStore,
    /// The payments that handlers have made.
    payments: Arc<Mutex<Vec<String>>>,
    end: Arc<Mutex<(End, Option<Meanwhile>)>>,
}

pub(super) struct TestTransaction {
    database: TestDatabase,
    record: Option<(RecordId, Option<Revision>)>,
    payments: Vec<String>,
}

impl TestDatabase {
    pub(super) fn new() -> Self {
        let end = Arc::new(Mutex::new((End::Commit, None)));
        Self { records: TestStore::new(|_| Fault::None), payments: Arc::default(), end }
    }

    /// The next commit ends so; those after it take effect.
    pub(super) fn next(&self, end: End) {
        self.end.lock().unwrap().0 = end;
    }

    /// The next commit ends so, and `meanwhile` happens before.
    pub(super) fn next_after(&self, end: End, meanwhile: Meanwhile) {
        *self.end.lock().unwrap() = (end, Some(meanwhile));
    }

    pub(super) fn payments(&self) -> Vec<String> {
        self.payments.lock().unwrap().clone()
    }
}

impl Store for TestDatabase {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        self.records.find_or_insert(id, claim)
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        self.records.swap(id, expected, new, audit)
    }

    fn check_room(&self) -> Result<(), StoreError> {
        self.records.check_room()
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        self.records.load(id)
    }

    fn audit_log(&self) -> Option<&dyn AuditLog> {
        self.records.audit_log()
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }
}

impl AuditLog for TestDatabase {
    fn append(&self, id: RecordId, entry: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        self.records.append(id, entry)
    }

    fn read(
        &self,
        filter: steadfast_engine::AuditFilter,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<steadfast_engine::AuditRow>, StoreError>> {
        self.records.read(filter, limit)
    }
}

impl Transactions for TestDatabase {
    fn begin(
        &self,
        id: Option<RecordId>,
    ) -> BoxFuture<'_, Result<(Box<dyn Transaction>, Option<Found>), StoreError>> {
        Box::pin(async move {
            let found = match id {
                Some(id) => self.records.load(id).await?,
                None => None,
            };
            let record = id.map(|id| (id, found.as_ref().map(|found| found.revision.clone())));
            let begun = TestTransaction { database: self.clone(), record, payments: Vec::new() };
            Ok((Box::new(begun) as Box<dyn Transaction>, found))
        })
    }
}

impl Transaction for TestTransaction {
    fn finish(
        self: Box<Self>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'static, Result<Finish, StoreError>> {
        Box::pin(async move {
            let Self { database, record, payments } = *self;
            let (end, meanwhile) = std::mem::replace(&mut *database.end.lock().unwrap(), (End::Commit, None));
            if let Some(meanwhile) = meanwhile {
                meanwhile().await;
            }
            match end {
                End::Conflict => return Ok(Finish::Conflict),
                End::Full => return Ok(Finish::RolledBack(StoreError::Full)),
                End::Fail => return Err(StoreError::unavailable("down")),
                End::Commit | End::LoseReply => {}
            }
            if let Some((id, revision)) = record
                && database.records.records.swap(id, revision, new, audit).await? == Swap::Conflict
            {
                return Ok(Finish::Conflict);
            }
            database.payments.lock().unwrap().extend(payments);
            match end {
                End::LoseReply => Err(StoreError::unavailable("down")),
                _ => Ok(Finish::Committed),
            }
        })
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(ready(Ok(())))
    }
}

impl Database for TestDatabase {
    type Transaction = TestTransaction;
    type Connection = Vec<String>;

    fn connection(transaction: &TestTransaction) -> &Vec<String> {
        &transaction.payments
    }

    fn connection_mut(transaction: &mut TestTransaction) -> &mut Vec<String> {
        &mut transaction.payments
    }
}

use super::context::scope_hash;
use super::entry::AuditEntry;
use crate::idempotency::fingerprint::Hashing;
use crate::idempotency::records::{RecordsError, record_of};
use crate::idempotency::vault::Vault;
use std::collections::VecDeque;
use std::fmt;
use std::time::SystemTime;
use steadfast_core::operation_name;
use steadfast_engine::{AuditFilter, StoreError};

/// How many entries are read at once.
const PAGE: usize = 100;

/// The audit trail of a store, to be read.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use std::time::{Duration, SystemTime};
/// use steadfast::idempotency::Audit;
/// use steadfast::{Idempotency, MemoryStore};
///
/// let idempotency = Idempotency::new(MemoryStore::new()).audit(Audit::new());
/// let trail = idempotency.audit_trail();
///
/// // As NDJSON, what was paid in the last hour.
/// let an_hour_ago = SystemTime::now() - Duration::from_secs(60 * 60);
/// let mut entries = trail.entries().of_operation("POST /payments").since(an_hour_ago);
/// while let Some(entry) = entries.next().await? {
///     println!("{}", serde_json::to_string(&entry).unwrap());
/// }
/// # Ok::<(), steadfast::idempotency::RecordsError>(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct AuditTrail {
    vault: Vault,
    hashing: Hashing,
}

/// Entries of an audit trail, the oldest first. They are read as they are asked for, some at a time.
#[derive(Debug, Clone)]
#[must_use]
pub struct AuditEntries {
    trail: AuditTrail,
    filter: AuditFilter,
    read: VecDeque<AuditEntry>,
    /// That of the last entry that was given out.
    cursor: u64,
}

impl AuditTrail {
    pub(in crate::idempotency) fn new(vault: Vault, hashing: Hashing) -> Self {
        Self { vault, hashing }
    }

    /// All entries.
    pub fn entries(&self) -> AuditEntries {
        self.of_filter(AuditFilter::default())
    }

    /// The entries of one key of an operation: its `operation = ".."`, or its method and path such as
    /// `POST /payments`. `scope` is what [`Scope::scope`](crate::Scope::scope) of the caller gives, empty if the key is
    /// everybody's.
    ///
    /// # Errors
    /// If the key is none.
    pub fn of_key(&self, scope: &str, operation: &str, key: &str) -> Result<AuditEntries, RecordsError> {
        let record = record_of(&self.hashing, scope, operation, key)?;
        Ok(self.of_filter(AuditFilter { record: Some(record), ..AuditFilter::default() }))
    }

    fn of_filter(&self, filter: AuditFilter) -> AuditEntries {
        AuditEntries { trail: self.clone(), filter, read: VecDeque::new(), cursor: 0 }
    }
}

impl AuditEntries {
    /// Those of this operation: its `operation = ".."`, or its method and path such as `POST /payments`.
    pub fn of_operation(mut self, operation: impl Into<String>) -> Self {
        self.filter.operation = Some(operation_name(&operation.into()));
        self
    }

    /// Those of this caller, as [`Scope::scope`](crate::Scope::scope) says it. Best with another condition beside it:
    /// there is no index of callers.
    pub fn of_scope(mut self, scope: &str) -> Self {
        self.filter.scope = scope_hash(&self.trail.hashing, scope.as_bytes());
        self
    }

    /// Those from this time on, by the store's clock.
    pub fn since(mut self, time: SystemTime) -> Self {
        self.filter.since = Some(milliseconds(time));
        self
    }

    /// Those before this time, by the store's clock.
    pub fn until(mut self, time: SystemTime) -> Self {
        self.filter.until = Some(milliseconds(time));
        self
    }

    /// Those behind this [cursor](Self::cursor).
    pub fn after(mut self, cursor: u64) -> Self {
        (self.filter.after, self.cursor) = (cursor, cursor);
        self
    }

    /// The next entry; `None` if there is none yet. Asked again, it looks for what has been appended since.
    ///
    /// # Errors
    /// If the store cannot be asked or keeps no audit trail, or the entry cannot be read. The error names its number:
    /// to go on behind it, ask for those [after](Self::after) it.
    pub async fn next(&mut self) -> Result<Option<AuditEntry>, RecordsError> {
        if self.read.is_empty() {
            let filter = AuditFilter { after: self.cursor, ..self.filter.clone() };
            let rows = self.trail.vault.read(filter, PAGE).await?;
            self.read = readable(rows.into_iter().map(AuditEntry::of))?.into();
        }
        let next = self.read.pop_front();
        if let Some(entry) = &next {
            self.cursor = entry.sequence;
        }
        Ok(next)
    }

    /// The number of the last entry that was given out. No entry with a lower number is ever appended: an export that
    /// goes on [after](Self::after) it misses none.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }
}

impl fmt::Debug for AuditTrail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditTrail")
    }
}

/// What stands before the first that cannot be read; why not, if nothing does.
pub(in crate::idempotency) fn readable<T>(
    mut all: impl Iterator<Item = Result<T, StoreError>>,
) -> Result<Vec<T>, StoreError> {
    let Some(first) = all.next() else { return Ok(Vec::new()) };
    Ok([first?].into_iter().chain(all.map_while(Result::ok)).collect())
}

fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

//! The one store of the world: what is applied to it, and when, is the network's to decide.

use crate::network::{Call, Reply, Request};
use crate::world::{Room, World};
use std::time::Duration;
use steadfast_engine::{AuditDraft, Entry, Finish, Found, RecordId, Revision, StoreError, Swap};
use steadfast_engine::{Codec, State};

/// Records by their id: there are few.
#[derive(Default)]
pub(crate) struct Records {
    pub(crate) rows: Vec<(RecordId, Row)>,
    pub(crate) log: Vec<(RecordId, AuditDraft)>,
    revision: u64,
}

#[derive(Clone)]
pub(crate) struct Row {
    entry: Entry,
    pub(crate) state: State,
    pub(crate) written_at: u64,
    revision: u64,
}

/// A transaction of a handler.
pub(crate) struct Transaction {
    pub(crate) id: Option<RecordId>,
    pub(crate) process: usize,
    seen: Option<u64>,
    /// When the process asked for it; it may have waited for another one.
    pub(crate) asked_at: u64,
    pub(crate) begun_at: u64,
    pub(crate) is_open: bool,
    holds: bool,
    /// The charges in it, by execution.
    pub(crate) charges: Vec<usize>,
}

/// What becomes of a transaction whose record another one holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isolation {
    Waits,
    Fails,
    Conflicts,
}

impl Row {
    pub(crate) fn age(&self, now: u64) -> Duration {
        Duration::from_millis(now - self.written_at)
    }

    fn found(&self, now: u64, inserted: bool) -> Found {
        Found {
            record: self.entry.record.clone(),
            kind: self.entry.kind,
            revision: Revision::from(self.revision),
            age: self.age(now),
            inserted,
        }
    }
}

impl Records {
    pub(crate) fn live(&self, id: RecordId, now: u64) -> Option<&Row> {
        let row = self.rows.iter().find(|(other, _)| *other == id).map(|(_, row)| row);
        row.filter(|row| row.age(now) < row.entry.keep_for)
    }

    fn put(&mut self, id: RecordId, entry: Option<Entry>, state: State, now: u64) -> Option<u64> {
        self.rows.retain(|(other, _)| *other != id);
        self.revision += 1;
        let row = Row { entry: entry?, state, written_at: now, revision: self.revision };
        self.rows.push((id, row));
        Some(self.revision)
    }
}

impl World {
    /// Applies what reaches the store. Returns nothing if it waits for another transaction.
    pub(crate) fn apply(&mut self, call: usize) -> Option<Reply> {
        let (process, incarnation) = (self.calls[call].process, self.calls[call].incarnation);
        let writer = (process, incarnation);
        let request = self.calls[call].request.clone();
        Some(match request {
            Request::Sleep(_) => Reply::Done,
            Request::Load(id) => {
                Reply::Entry(self.records.live(id, self.now).map(|row| row.found(self.now, false)))
            }
            Request::Find(id) => match self.records.live(id, self.now) {
                Some(row) => Reply::Found(row.found(self.now, false)),
                None => Reply::Failed(StoreError::unavailable("it was there")),
            },
            Request::Insert(id, entry) => self.insert(writer, id, entry),
            Request::Swap(id, expected, new, audit) => self.swap(writer, id, expected, new, audit),
            Request::Append(id, draft) => {
                if self.room != Room::Plenty {
                    return Some(Reply::Failed(StoreError::Full));
                }
                self.appended(id, &draft);
                self.records.log.push((id, draft));
                Reply::Done
            }
            Request::Begin(id) => return self.begin(call, id),
            Request::Finish(transaction, new, audit) => self.finish(writer, transaction, new, audit),
            Request::Rollback(transaction) => {
                self.end(transaction);
                Reply::Done
            }
        })
    }

    fn insert(&mut self, writer: (usize, u32), id: RecordId, entry: Entry) -> Reply {
        let now = self.now;
        if let Some(row) = self.records.live(id, now) {
            return Reply::Found(row.found(now, false));
        }
        if self.room != Room::Plenty {
            return Reply::Failed(StoreError::Full);
        }
        match self.write(writer, id, Some(entry), Vec::new()) {
            Ok(_) => match self.records.live(id, now) {
                Some(row) => Reply::Found(row.found(now, true)),
                None => Reply::Failed(StoreError::unavailable("the entry expired at once")),
            },
            Err(error) => Reply::Failed(error),
        }
    }

    fn swap(
        &mut self,
        writer: (usize, u32),
        id: RecordId,
        expected: Option<u64>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> Reply {
        let there = self.records.live(id, self.now).map(|row| row.revision);
        if self.room == Room::NoWrites {
            return Reply::Failed(StoreError::Full);
        }
        if there != expected {
            return Reply::Swapped(Swap::Conflict);
        }
        match self.write(writer, id, new, audit) {
            Ok(revision) => Reply::Swapped(Swap::Done(revision.map(Revision::from))),
            Err(error) => Reply::Failed(error),
        }
    }

    /// Writes an entry and what goes with it, seen by the witness.
    fn write(
        &mut self,
        writer: (usize, u32),
        id: RecordId,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> Result<Option<u64>, StoreError> {
        let state = match &new {
            Some(entry) => Codec::default().decode(id, &entry.record)?,
            None => State::Absent,
        };
        self.written(writer, id, &state, &audit);
        let revision = self.records.put(id, new, state, self.now);
        self.records.log.extend(audit.into_iter().map(|draft| (id, draft)));
        Ok(revision)
    }

    fn begin(&mut self, call: usize, id: Option<RecordId>) -> Option<Reply> {
        let holds = |one: &Transaction| one.is_open && one.holds && one.id == id;
        let isolation = self.faults.isolation;
        if id.is_some() && isolation != Isolation::Conflicts && self.transactions.iter().any(holds) {
            if isolation == Isolation::Fails {
                return Some(Reply::Failed(StoreError::unavailable("the record is locked")));
            }
            return None;
        }
        if self.calls[call].is_gone(self) {
            return Some(Reply::Failed(StoreError::unavailable("the process is gone")));
        }
        let row = id.and_then(|id| self.records.live(id, self.now));
        let (seen, found) = (row.map(|row| row.revision), row.map(|row| row.found(self.now, false)));
        let holds = isolation != Isolation::Conflicts;
        let Call { process, sent_at: asked_at, .. } = self.calls[call];
        let begun_at = self.now;
        self.transactions.push(Transaction {
            id,
            process,
            seen,
            asked_at,
            begun_at,
            is_open: true,
            holds,
            charges: Vec::new(),
        });
        Some(Reply::Begun(self.transactions.len() - 1, found))
    }

    fn finish(
        &mut self,
        writer: (usize, u32),
        number: usize,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> Reply {
        let transaction = &self.transactions[number];
        let (id, seen) = (transaction.id, transaction.seen);
        if !transaction.is_open {
            return Reply::Finished(Finish::RolledBack(StoreError::unavailable("it was rolled back")));
        }
        let Some(id) = id else {
            self.end(number);
            return Reply::Finished(Finish::Committed);
        };
        if self.room == Room::NoWrites {
            self.end(number);
            return Reply::Finished(Finish::RolledBack(StoreError::Full));
        }
        if self.records.live(id, self.now).map(|row| row.revision) != seen {
            self.end(number);
            return Reply::Finished(Finish::Conflict);
        }
        let charges = std::mem::take(&mut self.transactions[number].charges);
        let reply = match self.write(writer, id, new, audit) {
            Ok(_) => Reply::Finished(Finish::Committed),
            Err(error) => Reply::Finished(Finish::RolledBack(error)),
        };
        if matches!(reply, Reply::Finished(Finish::Committed)) {
            self.committed(id, &charges);
        }
        self.end(number);
        reply
    }

    /// Ends a transaction, with whatever is in it.
    pub(crate) fn end(&mut self, number: usize) {
        self.transactions[number].is_open = false;
        self.is_turn = true;
        self.transactions[number].charges.clear();
    }
}

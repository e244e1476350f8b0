//! Transactions, for the stores that have them.

use super::audit::{draft, holds};
use super::probe::{ID, OTHER_ID, Probe, claiming, describe, entry, failed, is, same, show};
use super::wait::within;
use crate::{AuditDraft, BoxFuture, Entry, Finish, Found, Kind, RecordId, Swap, Transaction, Transactions};
use futures_util::future::{join, join_all};
use std::time::Duration;
use steadfast_core::Clock;

/// How long a check waits for what is not to come.
const MOMENT: Duration = Duration::from_millis(100);

pub(super) async fn begins_with_entry(probe: &Probe) -> Result<(), String> {
    let Some(database) = Database::of(probe) else { return Ok(()) };
    database.begin_without_entry(ID).await?.rollback().await.map_err(failed("rollback"))?;
    let some = Entry { kind: Kind::Held, keep_for: Duration::from_mins(1), ..entry(b"some") };
    let revision = probe.insert(ID, &some).await?;
    probe.clock.advance(Duration::from_secs(5));
    let (transaction, found) = database.begin(ID).await?;
    is("begin where an entry is", found.as_ref(), &some, Some(&revision), Duration::from_secs(5))?;
    same(
        "`inserted` of an entry that a transaction found",
        &found.is_some_and(|found| found.inserted),
        &false,
    )?;
    transaction.rollback().await.map_err(failed("rollback"))?;
    probe.clock.advance(Duration::from_secs(55));
    database.begin_without_entry(ID).await?.rollback().await.map_err(failed("rollback"))
}

pub(super) async fn commits_entry(probe: &Probe) -> Result<(), String> {
    let Some(database) = Database::of(probe) else { return Ok(()) };
    let done = |record: &[u8]| Entry { kind: Kind::Done, ..entry(record) };
    let transaction = database.begin_without_entry(ID).await?;
    // The age of an entry counts from its write, which is the end of the transaction and not its beginning.
    probe.clock.advance(Duration::from_secs(7));
    database.committed(transaction, Some(&done(b"first")), Vec::new()).await?;
    let found = probe.load(ID).await?;
    is("load of what a transaction committed", found.as_ref(), &done(b"first"), None, Duration::ZERO)?;
    let first = found.map(|found| found.revision);
    let (transaction, found) = database.begin(ID).await?;
    is("begin after a commit", found.as_ref(), &done(b"first"), first.as_ref(), Duration::ZERO)?;
    let last = Entry { keep_for: Duration::from_mins(1), ..done(b"second") };
    database.committed(transaction, Some(&last), Vec::new()).await?;
    let found = probe.load(ID).await?;
    is("load of what a second transaction committed", found.as_ref(), &last, None, Duration::ZERO)?;
    if found.map(|found| found.revision) == first {
        return Err(format!(
            "the revision after a second commit: expected another one than {first:?}, found the same"
        ));
    }
    probe.clock.advance(Duration::from_mins(1));
    probe.holds_nothing(ID, "of an expired entry that a transaction committed").await
}

pub(super) async fn removes_entry(probe: &Probe) -> Result<(), String> {
    let Some(database) = Database::of(probe) else { return Ok(()) };
    database.committed(database.begin_without_entry(ID).await?, None, Vec::new()).await?;
    probe.holds_nothing(ID, "after a transaction that wrote no entry").await?;
    let revision = probe.insert(ID, &entry(b"claim")).await?;
    let (transaction, _) = database.begin(ID).await?;
    database.committed(transaction, None, Vec::new()).await?;
    probe.holds_nothing(ID, "after a transaction that removed the entry").await?;
    probe.insert(ID, &entry(b"claim")).await?;
    probe.conflicts("swap of the entry that a transaction removed", Some(&revision), None).await
}

pub(super) async fn needs_no_record(probe: &Probe) -> Result<(), String> {
    let Some(database) = Database::of(probe) else { return Ok(()) };
    for commits in [false, true] {
        let begun = probe.soon("begin", database.transactions.begin(None)).await?;
        let (transaction, found) = begun.map_err(failed("begin"))?;
        if found.is_some() {
            return Err(format!("begin without a record: expected no entry, found {}", show(found.as_ref())));
        }
        if commits {
            database.committed(transaction, None, Vec::new()).await?;
        } else {
            transaction.rollback().await.map_err(failed("rollback"))?;
        }
        probe.holds_nothing(ID, "after a transaction without a record").await?;
    }
    Ok(())
}

/// With an entry and without one; and none, if somebody else wrote the record.
pub(super) async fn appends_audit(probe: &Probe) -> Result<(), String> {
    let (Some(log), Some(database)) = (probe.store.audit_log(), Database::of(probe)) else {
        return Ok(());
    };
    let at = u64::try_from(probe.clock.now().as_millis()).unwrap_or(u64::MAX);
    database.begin_without_entry(ID).await?.rollback().await.map_err(failed("rollback"))?;
    holds(log, "after a transaction was rolled back", &[]).await?;
    let transaction = database.begin_without_entry(ID).await?;
    database.committed(transaction, Some(&entry(b"first")), vec![draft(b"a"), draft(b"b")]).await?;
    let (transaction, _) = database.begin(ID).await?;
    database.committed(transaction, None, vec![draft(b"c")]).await?;
    let mut expected: Vec<_> = [b"a", b"b", b"c"].map(|details| (ID, at, draft(details))).into();
    holds(log, "after two transactions", &expected).await?;

    let transaction = database.begin_without_entry(OTHER_ID).await?;
    let claimed = database
        .during(
            "find_or_insert beside a transaction",
            claiming(&*probe.store, OTHER_ID, entry(b"claim")),
            transaction,
            vec![draft(b"d")],
        )
        .await;
    if matches!(claimed.finished, Ok(Finish::Committed)) {
        expected.push((OTHER_ID, at, draft(b"d")));
    }
    let ended = if matches!(claimed.finished, Ok(Finish::Committed)) { "did" } else { "did not" };
    holds(log, &format!("after a third one, which {ended} commit"), &expected).await
}

pub(super) async fn rollback(probe: &Probe) -> Result<(), String> {
    ends_without_a_change(probe, |transaction| {
        Box::pin(async { transaction.rollback().await.map_err(failed("rollback")) })
    })
    .await
}

pub(super) async fn dropped(probe: &Probe) -> Result<(), String> {
    ends_without_a_change(probe, |transaction| {
        drop(transaction);
        Box::pin(async { Ok(()) })
    })
    .await
}

type End = fn(Box<dyn Transaction>) -> BoxFuture<'static, Result<(), String>>;

/// Neither an entry nor a lock is left, whether there was an entry or not.
async fn ends_without_a_change(probe: &Probe, end: End) -> Result<(), String> {
    let Some(database) = Database::of(probe) else { return Ok(()) };
    end(database.begin_without_entry(ID).await?).await?;
    let claim = claiming(&*probe.store, ID, entry(b"first"));
    let found = probe.soon("find_or_insert after a transaction ended", claim).await?;
    let found = found.map_err(failed("find_or_insert"))?;
    is("find_or_insert after a transaction ended", Some(&found), &entry(b"first"), None, Duration::ZERO)?;
    same("`inserted` after a transaction ended", &found.inserted, &true)?;
    let (transaction, _) = database.begin(ID).await?;
    end(transaction).await?;
    let load = probe.soon("load after a transaction ended", probe.store.load(ID)).await?;
    let loaded = load.map_err(failed("load"))?;
    is(
        "load after a transaction ended",
        loaded.as_ref(),
        &entry(b"first"),
        Some(&found.revision),
        Duration::ZERO,
    )?;
    let swap = probe.store.swap(ID, Some(found.revision), None, Vec::new());
    let swap = probe.soon("swap after a transaction ended", swap).await?;
    same("swap after a transaction ended", &swap.map_err(failed("swap"))?, &Swap::Done(None))
}

/// A load waits, fails, or finds what was there before.
pub(super) async fn open_is_not_seen(probe: &Probe) -> Result<(), String> {
    let Some(database) = Database::of(probe) else { return Ok(()) };
    for before in [None, Some(entry(b"before"))] {
        let revision = match &before {
            Some(before) => Some(probe.insert(ID, before).await?),
            None => None,
        };
        let (transaction, _) = database.begin(ID).await?;
        let seen = |found: Option<&Found>| match &before {
            Some(before) => is("load beside a transaction", found, before, revision.as_ref(), Duration::ZERO),
            None if found.is_none() => Ok(()),
            None => Err(format!("load beside a transaction: expected no entry, found {}", show(found))),
        };
        let waiting = match within(MOMENT, probe.store.load(ID)).await {
            Ok(Ok(found)) => {
                seen(found.as_ref())?;
                None
            }
            Ok(Err(_)) => None,
            Err(waiting) => Some(waiting),
        };
        transaction.rollback().await.map_err(failed("rollback"))?;
        if let Some(waiting) = waiting
            && let Ok(found) = probe.soon("load after a transaction ended", waiting).await?
        {
            seen(found.as_ref())?;
        }
    }
    Ok(())
}

/// The second one waits, fails, or does not commit. One that waited has seen what the first one committed.
pub(super) async fn one_of_two(probe: &Probe) -> Result<(), String> {
    let Some(database) = Database::of(probe) else { return Ok(()) };
    let first = database.begin_without_entry(ID).await?;
    let second = match within(MOMENT, database.transactions.begin(Some(ID))).await {
        Ok(second) => {
            database.committed(first, Some(&entry(b"tx")), Vec::new()).await?;
            second
        }
        Err(waiting) => {
            let (first, second) = join(
                database.finish(first, Some(&entry(b"tx")), Vec::new()),
                probe.soon("begin after another transaction ended", waiting),
            )
            .await;
            expect_committed(first)?;
            second?
        }
    };
    let found = match second {
        Ok((second, None)) => {
            let finished = database.finish(second, Some(&entry(b"second")), Vec::new()).await;
            expect_not_committed("a transaction that did not see the entry of another", finished)?;
            None
        }
        Ok((second, found)) => {
            second.rollback().await.map_err(failed("rollback"))?;
            found
        }
        Err(_) => None,
    };
    // Not while the second one is open, because a load may wait for it.
    let loaded = probe.load(ID).await?;
    is("load after two transactions", loaded.as_ref(), &entry(b"tx"), None, Duration::ZERO)?;
    let (Some(found), Some(loaded)) = (found, loaded) else { return Ok(()) };
    is("begin after a commit", Some(&found), &entry(b"tx"), Some(&loaded.revision), Duration::ZERO)
}

pub(super) async fn notices_claim(probe: &Probe) -> Result<(), String> {
    let Some(database) = Database::of(probe) else { return Ok(()) };
    let transaction = database.begin_without_entry(ID).await?;
    let claim = claiming(&*probe.store, ID, entry(b"claim"));
    let During { call, finished } =
        database.during("find_or_insert beside a transaction", claim, transaction, Vec::new()).await;
    let claimed = call?;
    match claimed {
        Ok(found) if found.inserted => {
            expect_not_committed("a transaction whose record somebody claimed", finished)?;
            probe.holds(ID, &entry(b"claim"), &found.revision, Duration::ZERO).await
        }
        claimed => {
            expect_committed(finished)?;
            let found = probe.load(ID).await?;
            is("load after a commit", found.as_ref(), &entry(b"tx"), None, Duration::ZERO)?;
            let (Ok(claimed), Some(found)) = (claimed, found) else { return Ok(()) };
            let what = "find_or_insert that did not insert beside a transaction";
            is(what, Some(&claimed), &entry(b"tx"), Some(&found.revision), Duration::ZERO)
        }
    }
}

/// Of an entry that is replaced, and of one that is removed.
pub(super) async fn notices_swap(probe: &Probe) -> Result<(), String> {
    let Some(database) = Database::of(probe) else { return Ok(()) };
    for (id, new) in [(ID, Some(entry(b"swap"))), (OTHER_ID, None)] {
        let revision = probe.insert(id, &entry(b"before")).await?;
        let (transaction, _) = database.begin(id).await?;
        let swap = probe.store.swap(id, Some(revision), new.clone(), Vec::new());
        let During { call, finished } =
            database.during("swap beside a transaction", swap, transaction, Vec::new()).await;
        let swapped = call?;
        if let Ok(Swap::Done(revision)) = swapped {
            expect_not_committed("a transaction whose record somebody swapped", finished)?;
            match (&new, &revision) {
                (Some(new), Some(revision)) => probe.holds(id, new, revision, Duration::ZERO).await?,
                _ => probe.holds_nothing(id, "after a swap to nothing beside a transaction").await?,
            }
        } else {
            expect_committed(finished)?;
            let found = probe.load(id).await?;
            is("load after a commit", found.as_ref(), &entry(b"tx"), None, Duration::ZERO)?;
        }
    }
    Ok(())
}

pub(super) async fn one_of_many(probe: &Probe) -> Result<(), String> {
    let Some(database) = Database::of(probe) else { return Ok(()) };
    let attempts = (0..16_u8).map(async |number| {
        let (transaction, found) = database.transactions.begin(Some(ID)).await.ok()?;
        if found.is_some() {
            return transaction.rollback().await.map(|()| None).unwrap_or_default();
        }
        let finished = database.finish(transaction, Some(&entry(&[number])), Vec::new()).await;
        matches!(finished, Ok(Finish::Committed)).then_some(number)
    });
    let committed = probe.soon("16 transactions at once", Box::pin(join_all(attempts))).await?;
    let committed: Vec<_> = committed.into_iter().flatten().collect();
    let [number] = committed[..] else {
        return Err(format!(
            "transactions that begin without an entry: expected that one of 16 commits, found {}",
            committed.len()
        ));
    };
    let found = probe.load(ID).await?;
    is("load after 16 transactions", found.as_ref(), &entry(&[number]), None, Duration::ZERO)
}

/// The transactions of a store, and how long to wait for what they do.
struct Database<'a> {
    probe: &'a Probe,
    transactions: &'a dyn Transactions,
}

impl<'a> Database<'a> {
    fn of(probe: &'a Probe) -> Option<Self> {
        Some(Self { probe, transactions: probe.store.transactions()? })
    }

    async fn begin(&self, id: RecordId) -> Result<(Box<dyn Transaction>, Option<Found>), String> {
        self.probe.soon("begin", self.transactions.begin(Some(id))).await?.map_err(failed("begin"))
    }

    async fn begin_without_entry(&self, id: RecordId) -> Result<Box<dyn Transaction>, String> {
        match self.begin(id).await? {
            (transaction, None) => Ok(transaction),
            (_, found) => {
                Err(format!("begin where there is no entry: expected none, found {}", show(found.as_ref())))
            }
        }
    }

    async fn finish(
        &self,
        transaction: Box<dyn Transaction>,
        new: Option<&Entry>,
        audit: Vec<AuditDraft>,
    ) -> Result<Finish, String> {
        let finish = transaction.finish(new.cloned(), audit);
        self.probe.soon("finish", finish).await?.map_err(failed("finish"))
    }

    async fn committed(
        &self,
        transaction: Box<dyn Transaction>,
        new: Option<&Entry>,
        audit: Vec<AuditDraft>,
    ) -> Result<(), String> {
        expect_committed(self.finish(transaction, new, audit).await)
    }

    /// Makes a call, and then commits `tx` in the transaction, whether the call waits for that or not.
    async fn during<T>(
        &self,
        what: &str,
        call: BoxFuture<'_, T>,
        transaction: Box<dyn Transaction>,
        audit: Vec<AuditDraft>,
    ) -> During<T> {
        let tx = entry(b"tx");
        match within(MOMENT, call).await {
            Ok(result) => {
                During { call: Ok(result), finished: self.finish(transaction, Some(&tx), audit).await }
            }
            Err(waiting) => {
                let finish = self.finish(transaction, Some(&tx), audit);
                let (finished, call) = join(finish, self.probe.soon(what, waiting)).await;
                During { call, finished }
            }
        }
    }
}

/// What came of a call that was made while a transaction was open.
struct During<T> {
    call: Result<T, String>,
    finished: Result<Finish, String>,
}

fn expect_committed(finished: Result<Finish, String>) -> Result<(), String> {
    match finished? {
        Finish::Committed => Ok(()),
        Finish::Conflict => Err("finish: expected `Committed`, found `Conflict`".to_owned()),
        Finish::RolledBack(error) => {
            Err(format!("finish: expected `Committed`, found `RolledBack`: {}", describe(&error)))
        }
    }
}

fn expect_not_committed(what: &str, finished: Result<Finish, String>) -> Result<(), String> {
    match finished? {
        Finish::Conflict | Finish::RolledBack(_) => Ok(()),
        Finish::Committed => {
            Err(format!("finish of {what}: expected `Conflict` or `RolledBack`, found `Committed`"))
        }
    }
}

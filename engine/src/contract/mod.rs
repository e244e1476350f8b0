//! What every [`Store`] must do, as checks to run in the tests of a store.

mod audit;
mod entries;
mod probe;
mod race;
mod races;
mod swaps;
#[cfg(test)]
mod tests;
mod time;
mod transactions;
mod violation;
mod wait;

pub use violation::Violation;

use crate::{BoxFuture, Store, StoreError};
use probe::{Probe, describe};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::FixedClock;

/// Runs every check, each against a new and empty store that `open` returns, which is to measure time by the clock it is
/// given.
///
/// The checks of [`AuditLog`](crate::AuditLog) run if the store keeps an audit log, those of
/// [`Transactions`](crate::Transactions) if it has transactions. Some checks let several threads race for a record, for a
/// fraction of a second each. Call this in a tokio runtime with whatever of it the store needs.
///
/// Two promises are left to the tests of the store itself, because no check can see them from here: that a write is durable,
/// and that expired entries are removed some day.
///
/// # Errors
/// The first [`Violation`].
///
/// ```
/// use steadfast_engine::{MemoryStore, contract};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// contract::check(async |clock| Ok(MemoryStore::new().clock(clock))).await.unwrap();
/// # });
/// ```
pub async fn check<S: Store>(
    open: impl AsyncFn(FixedClock) -> Result<S, StoreError>,
) -> Result<(), Violation> {
    check_within(PATIENCE, open).await
}

/// How long a check waits for a call that nothing holds up: longer than any store takes.
const PATIENCE: Duration = Duration::from_secs(10);

async fn check_within<S: Store>(
    patience: Duration,
    open: impl AsyncFn(FixedClock) -> Result<S, StoreError>,
) -> Result<(), Violation> {
    for (check, run) in CHECKS {
        let violation = |why| Violation { check, why };
        let clock = FixedClock::new(Duration::from_secs(1_750_000_000));
        let store = open(clock.clone()).await.map_err(|error| {
            violation(format!("expected a store, but it did not open: {}", describe(&error)))
        })?;
        run(&Probe { store: Arc::new(store), clock, patience }).await.map_err(violation)?;
    }
    Ok(())
}

type Check = for<'a> fn(&'a Probe) -> BoxFuture<'a, Result<(), String>>;

/// Simple promises come first, so that a store that breaks one fails the check which is meant for it.
const CHECKS: [(&str, Check); 53] = [
    ("loading inserts nothing", |p| Box::pin(entries::loading_inserts_nothing(p))),
    ("an inserted entry is found", |p| Box::pin(entries::inserted_is_found(p))),
    ("a claim is made at most once", |p| Box::pin(entries::claim_is_made_once(p))),
    ("a failed claim inserts nothing", |p| Box::pin(entries::failed_claim_inserts_nothing(p))),
    ("a swap replaces the entry", |p| Box::pin(swaps::swap_replaces(p))),
    ("a swap from nothing inserts", |p| Box::pin(swaps::swap_from_nothing(p))),
    ("a swap to nothing removes", |p| Box::pin(swaps::swap_to_nothing(p))),
    ("records are apart", |p| Box::pin(entries::records_are_apart(p))),
    ("bytes come back as they were written", |p| Box::pin(entries::bytes_come_back(p))),
    ("the kind comes back", |p| Box::pin(entries::kind_comes_back(p))),
    ("a swap of a stale revision is a conflict", |p| Box::pin(swaps::stale_revision(p))),
    ("a swap that expects no entry conflicts with one", |p| Box::pin(swaps::expects_no_entry(p))),
    ("a swap that expects an entry conflicts with none", |p| Box::pin(swaps::expects_an_entry(p))),
    ("a swap conflicts with an entry inserted anew", |p| Box::pin(swaps::inserted_anew(p))),
    ("every write has a revision of its own", |p| Box::pin(swaps::revision_of_its_own(p))),
    ("a revision is not used again after a removal", |p| Box::pin(swaps::not_again_after_removal(p))),
    ("age counts from the last write", |p| Box::pin(time::age_counts_from_last_write(p))),
    ("reading does not renew an entry", |p| Box::pin(time::reading_does_not_renew(p))),
    ("the time to keep an entry counts from its last write", |p| Box::pin(time::kept_from_last_write(p))),
    ("an entry expires exactly at its time", |p| Box::pin(time::expires_exactly(p))),
    ("an expired entry is absent", |p| Box::pin(time::expired_is_absent(p))),
    ("a revision is not used again after an expiry", |p| Box::pin(swaps::not_again_after_expiry(p))),
    ("an entry can be kept for ever", |p| Box::pin(time::kept_for_ever(p))),
    ("an entry can be kept for no time", |p| Box::pin(time::kept_for_no_time(p))),
    ("a clock that goes back loses nothing", |p| Box::pin(time::clock_goes_back(p))),
    ("a swap appends its audit entries", |p| Box::pin(audit::swap_appends(p))),
    ("a swap that conflicts appends nothing", |p| Box::pin(audit::conflict_appends_nothing(p))),
    ("a swap without a new entry appends", |p| Box::pin(audit::swap_to_nothing_appends(p))),
    ("an audit entry can be appended on its own", |p| Box::pin(audit::appended_on_its_own(p))),
    ("every field of an audit entry comes back", |p| Box::pin(audit::fields_come_back(p))),
    ("audit entries are numbered in their order", |p| Box::pin(audit::numbered_in_order(p))),
    ("audit entries are selected", |p| Box::pin(audit::selected(p))),
    ("audit entries are limited in number", |p| Box::pin(audit::limited(p))),
    ("a swap and its audit entries are seen together", |p| Box::pin(audit::seen_together(p))),
    ("audit entries outlive their records", |p| Box::pin(audit::outlive_records(p))),
    ("a transaction that is rolled back changes nothing", |p| Box::pin(transactions::rollback(p))),
    ("a transaction that is dropped changes nothing", |p| Box::pin(transactions::dropped(p))),
    ("a transaction begins with the entry", |p| Box::pin(transactions::begins_with_entry(p))),
    ("a transaction commits its entry", |p| Box::pin(transactions::commits_entry(p))),
    ("a transaction can remove its entry", |p| Box::pin(transactions::removes_entry(p))),
    ("a transaction needs no record", |p| Box::pin(transactions::needs_no_record(p))),
    ("a transaction appends its audit entries", |p| Box::pin(transactions::appends_audit(p))),
    ("an open transaction is not seen", |p| Box::pin(transactions::open_is_not_seen(p))),
    ("of two transactions one commits", |p| Box::pin(transactions::one_of_two(p))),
    ("a transaction notices a claim", |p| Box::pin(transactions::notices_claim(p))),
    ("a transaction notices a swap", |p| Box::pin(transactions::notices_swap(p))),
    ("of many transactions at once one commits", |p| Box::pin(transactions::one_of_many(p))),
    ("of many claims at once one is inserted", |p| Box::pin(races::claims(p))),
    ("of many claims of an expired entry one is inserted", |p| Box::pin(races::claims_of_expired(p))),
    ("of many swaps at once one is done", |p| Box::pin(races::swaps(p))),
    ("of many swaps from nothing one is done", |p| Box::pin(races::swaps_from_nothing(p))),
    ("of replacements and removals at once one is done", |p| Box::pin(races::removals(p))),
    ("of many swaps at once only the one that is done appends", |p| Box::pin(races::audited(p))),
];

//! A check is worth what it catches: each is the first that a store does not pass which is wrong in one way.

mod database;
mod fault;
mod log;
mod store;

use super::{CHECKS, Violation, check, check_within};
use crate::StoreError;
use database::Isolation;
use fault::Fault;
use std::collections::BTreeSet;
use std::time::Duration;
use store::TestStore;

async fn check_with(fault: Option<Fault>, isolation: Option<Isolation>) -> Result<(), Violation> {
    check(async |clock| Ok(TestStore::new(fault, isolation, clock))).await
}

#[tokio::test]
async fn store_without_transactions_and_log_passes() {
    check_with(None, None).await.unwrap();
}

#[tokio::test]
async fn store_whose_transactions_wait_passes() {
    check_with(None, Some(Isolation::Waits)).await.unwrap();
}

#[tokio::test]
async fn store_whose_transactions_conflict_passes() {
    check_with(None, Some(Isolation::Conflicts)).await.unwrap();
}

#[tokio::test]
async fn store_whose_transactions_fail_beside_another_passes() {
    check_with(None, Some(Isolation::Fails)).await.unwrap();
}

#[tokio::test]
async fn store_that_does_not_open_is_a_violation() {
    let open = async |_| Err::<TestStore, _>(StoreError::unavailable("no such host"));
    let violation = check(open).await.unwrap_err();
    assert!(violation.to_string().contains("no such host"), "{violation}");
}

#[tokio::test]
async fn store_that_never_returns_is_a_violation() {
    let (fault, isolation) = (Some(Fault::DropHoldsLock), Some(Isolation::Waits));
    let open = async |clock| Ok(TestStore::new(fault, isolation, clock));
    let violation = check_within(Duration::from_millis(200), open).await.unwrap_err();
    assert_eq!(violation.check(), "a transaction that is dropped changes nothing");
    assert!(violation.why().contains("found none within 200ms"), "{violation}");
}

const STORES: &[(Fault, &str)] = &[
    (Fault::LoadInserts, "loading inserts nothing"),
    (Fault::InsertIsLost, "an inserted entry is found"),
    (Fault::AlwaysInserted, "an inserted entry is found"),
    (Fault::ClaimTwice, "a claim is made at most once"),
    (Fault::FailedClaimIsEmpty, "a failed claim inserts nothing"),
    (Fault::SwapIsLost, "a swap replaces the entry"),
    (Fault::SwapReturnsOldRevision, "a swap replaces the entry"),
    (Fault::SwapNeedsEntry, "a swap from nothing inserts"),
    (Fault::RemovalLeavesEmpty, "a swap to nothing removes"),
    (Fault::RemovalRemovesAll, "a swap to nothing removes"),
    (Fault::ShortIds, "records are apart"),
    (Fault::TextOnly, "bytes come back as they were written"),
    (Fault::SmallOnly, "bytes come back as they were written"),
    (Fault::KeepsTail, "bytes come back as they were written"),
    (Fault::OneKind, "the kind comes back"),
    (Fault::FirstKind, "the kind comes back"),
    (Fault::LastWriteWins, "a swap of a stale revision is a conflict"),
    (Fault::LastRemovalWins, "a swap of a stale revision is a conflict"),
    (Fault::ConflictWrites, "a swap of a stale revision is a conflict"),
    (Fault::NoneExpectsAnything, "a swap that expects no entry conflicts with one"),
    (Fault::AbsentMeetsAnything, "a swap that expects an entry conflicts with none"),
    (Fault::RevisionPerRecord, "a swap conflicts with an entry inserted anew"),
    (Fault::RevisionOfBytes, "a swap conflicts with an entry inserted anew"),
    (Fault::RevisionOfSwappedBytes, "every write has a revision of its own"),
    (Fault::SmallRevision, "every write has a revision of its own"),
    (Fault::SwapInsertsAtOne, "a revision is not used again after a removal"),
    (Fault::ExpiryStartsAtOne, "a revision is not used again after an expiry"),
    (Fault::AgeFromInsert, "age counts from the last write"),
    (Fault::NoAge, "age counts from the last write"),
    (Fault::ReadRenews, "reading does not renew an entry"),
    (Fault::KeepsFromInsert, "the time to keep an entry counts from its last write"),
    (Fault::LongestKeepFor, "the time to keep an entry counts from its last write"),
    (Fault::ExpiresEarly, "an entry expires exactly at its time"),
    (Fault::ExpiresLate, "an entry expires exactly at its time"),
    (Fault::SwapSeesExpired, "an expired entry is absent"),
    (Fault::ExpiredBlocksInsert, "an expired entry is absent"),
    (Fault::ShortTimes, "an entry can be kept for ever"),
    (Fault::ZeroIsForEver, "an entry can be kept for no time"),
    (Fault::FutureIsGone, "a clock that goes back loses nothing"),
    (Fault::FutureIsOld, "a clock that goes back loses nothing"),
    (Fault::ClaimsInSteps, "of many claims at once one is inserted"),
    (Fault::ClaimsOfExpiredInSteps, "of many claims of an expired entry one is inserted"),
    (Fault::SwapsInSteps, "of many swaps at once one is done"),
    (Fault::SwapsFromNothingInSteps, "of many swaps from nothing one is done"),
    (Fault::RemovalsInSteps, "of replacements and removals at once one is done"),
];

const LOGS: &[(Fault, &str)] = &[
    (Fault::OneAuditEntry, "a swap appends its audit entries"),
    (Fault::OtherTimes, "a swap appends its audit entries"),
    (Fault::ConflictAppends, "a swap that conflicts appends nothing"),
    (Fault::AuditNeedsEntry, "a swap without a new entry appends"),
    (Fault::AppendIsLost, "an audit entry can be appended on its own"),
    (Fault::AppendWrites, "an audit entry can be appended on its own"),
    (Fault::DetailsAreText, "every field of an audit entry comes back"),
    (Fault::NoZero, "every field of an audit entry comes back"),
    (Fault::NumbersPerRecord, "audit entries are numbered in their order"),
    (Fault::NumbersFromZero, "audit entries are numbered in their order"),
    (Fault::NewestFirst, "a swap appends its audit entries"),
    (Fault::EveryOperation, "audit entries are selected"),
    (Fault::OperationPattern, "audit entries are selected"),
    (Fault::UntilInclusive, "audit entries are selected"),
    (Fault::NoCursor, "audit entries are selected"),
    (Fault::NoLimit, "audit entries are limited in number"),
    (Fault::LimitBeforeFilter, "audit entries are limited in number"),
    (Fault::AuditGoesWithRecord, "audit entries outlive their records"),
    (Fault::AppendsAfterSwap, "a swap and its audit entries are seen together"),
    (Fault::AppendsBeforeSwap, "a swap and its audit entries are seen together"),
    (Fault::AuditInSteps, "of many swaps at once only the one that is done appends"),
];

const DATABASES: &[(Isolation, Fault, &str)] = &[
    (Isolation::Conflicts, Fault::RollbackRemoves, "a transaction that is rolled back changes nothing"),
    (Isolation::Conflicts, Fault::DropRemoves, "a transaction that is dropped changes nothing"),
    (Isolation::Waits, Fault::BeginFindsNothing, "a transaction begins with the entry"),
    (Isolation::Waits, Fault::BeginFindsExpired, "a transaction begins with the entry"),
    (Isolation::Waits, Fault::CommitIsLost, "a transaction commits its entry"),
    (Isolation::Waits, Fault::WrittenAtBegin, "a transaction commits its entry"),
    (Isolation::Waits, Fault::CommitKeepsRevision, "a transaction commits its entry"),
    (Isolation::Waits, Fault::FinishNeverRemoves, "a transaction can remove its entry"),
    (Isolation::Waits, Fault::BeginNeedsRecord, "a transaction needs no record"),
    (Isolation::Waits, Fault::CommitAppendsNothing, "a transaction appends its audit entries"),
    (Isolation::Conflicts, Fault::FinishAlwaysAppends, "a transaction appends its audit entries"),
    (Isolation::Waits, Fault::PlaceholderIsSeen, "an open transaction is not seen"),
    (Isolation::Conflicts, Fault::NeverConflicts, "of two transactions one commits"),
    (Isolation::Waits, Fault::OldSnapshot, "of two transactions one commits"),
    (Isolation::Waits, Fault::ClaimsDoNotWait, "a transaction notices a claim"),
    (Isolation::Conflicts, Fault::AnyEntryWillDo, "a transaction notices a swap"),
    (Isolation::Waits, Fault::SwapsDoNotWait, "a transaction notices a swap"),
    (Isolation::Conflicts, Fault::CommitsInSteps, "of many transactions at once one commits"),
];

/// Asserts that the first check that each store does not pass is the one that is meant for it.
async fn assert_caught(stores: impl IntoIterator<Item = (Fault, Option<Isolation>, &'static str)>) {
    let mut wrong = Vec::new();
    for (fault, isolation, expected) in stores {
        match check_with(Some(fault), isolation).await {
            Err(violation)
                if violation.check() == expected
                    && ["expected", "found"].iter().all(|word| violation.why().contains(word)) => {}
            Err(violation) => wrong.push(format!("{fault:?}, meant for {expected:?}: {violation}")),
            Ok(()) => wrong.push(format!("{fault:?} passes")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn wrong_stores_are_caught() {
    assert_caught(STORES.iter().map(|(fault, check)| (*fault, None, *check))).await;
}

/// Whose faults are between two locks and not at a point where other tasks run.
#[tokio::test]
async fn store_that_threads_get_between_is_caught() {
    let mut result = Ok(());
    // On a machine that is busy with other things, threads may not meet in the first attempt.
    for _ in 0..20 {
        result = check_with(Some(Fault::ClaimsInTwoLocks), None).await;
        if result.is_err() {
            break;
        }
    }
    let violation = result.unwrap_err();
    assert!(violation.check().starts_with("of many claims"), "{violation}");
}

#[tokio::test]
async fn wrong_audit_logs_are_caught() {
    assert_caught(LOGS.iter().map(|(fault, check)| (*fault, Some(Isolation::Waits), *check))).await;
}

#[tokio::test]
async fn wrong_transactions_are_caught() {
    assert_caught(DATABASES.iter().map(|(isolation, fault, check)| (*fault, Some(*isolation), *check))).await;
}

#[test]
fn every_check_is_the_first_that_some_store_does_not_pass() {
    let caught = STORES.iter().chain(LOGS).map(|(_, check)| *check);
    let caught: BTreeSet<_> = caught.chain(DATABASES.iter().map(|(_, _, check)| *check)).collect();
    let checks: BTreeSet<_> = CHECKS.iter().map(|(check, _)| *check).collect();
    assert_eq!(caught, checks);
    assert_eq!(checks.len(), CHECKS.len(), "two checks have one name");
}

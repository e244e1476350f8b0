//! The checks are worth what they catch: stores that are wrong in one way each.

mod wrong_database;
mod wrong_store;
// It says false things of a right store with transactions.
#[cfg(feature = "sqlite")]
mod wrong_trail;

use super::check;
use crate::idempotency::StoreError;
use wrong_database::{DatabaseFault, WrongDatabase};
use wrong_store::{StoreFault, WrongStore};
#[cfg(feature = "sqlite")]
use wrong_trail::{TrailFault, WrongTrail};

#[tokio::test]
async fn a_right_store_passes() {
    check(async |clock| Ok(WrongStore::new(None, clock))).await.unwrap();
}

#[tokio::test]
async fn every_wrong_store_is_caught() {
    for (fault, why) in [
        (StoreFault::SeparateLocks, "at once"),
        (StoreFault::CompletesInSteps, "at once"),
        (StoreFault::RenewsInSteps, "at once"),
        (StoreFault::ReleasesInSteps, "a release does not end a take-over"),
        (StoreFault::ShortIds, "records do not touch each other"),
        (StoreFault::ShortTokens, "to the last byte"),
        (StoreFault::ShortFingerprints, "to the last byte"),
        (StoreFault::NoAlgorithm, "different algorithms"),
        (StoreFault::AnyAlgorithm, "different algorithms"),
        (StoreFault::ClaimsEndWithTheirLease, "a lapsed claim that nobody took over stays"),
        (StoreFault::SealIsAnAnswer, "what is sealed of an outcome"),
        (StoreFault::SealIsAnOutput, "finished steps come back"),
        (StoreFault::RenewalBegins, "a renewed claim began when it began"),
        (StoreFault::OneKindOfReference, "a reference comes back"),
        (StoreFault::ReferencesAreBodies, "a reference comes back"),
        (StoreFault::RecoveriesAreExecutions, "what is not known of a lost execution stays so"),
        (StoreFault::UnknownHasNoSteps, "what is not known of a lost execution stays so"),
        (StoreFault::NothingIsFromTheFuture, "a clock that goes back loses nothing"),
    ] {
        // On a machine that is busy with other things, threads may not meet in the first attempt.
        let mut caught = Ok(());
        for _ in 0..20 {
            caught = check(async |clock| Ok(WrongStore::new(Some(fault), clock))).await;
            if caught.is_err() || fault != StoreFault::SeparateLocks {
                break;
            }
        }
        let caught = caught.unwrap_err();
        assert!(caught.to_string().contains(why), "{fault:?}: {caught}");
    }
}

#[tokio::test]
async fn a_right_database_passes() {
    check(async |clock| Ok(WrongDatabase::new(None, clock))).await.unwrap();
}

#[tokio::test]
async fn every_wrong_database_is_caught() {
    for (fault, why) in [
        (DatabaseFault::CommitsNothing, "what a transaction commits is there"),
        (DatabaseFault::CommitsOneRecord, "what a transaction commits is there"),
        (DatabaseFault::RollbackCommits, "rolled back leaves nothing"),
        (DatabaseFault::DropCommits, "dropped leaves nothing"),
        (DatabaseFault::ShowsUncommitted, "not committed is not seen"),
        (DatabaseFault::BeginsTwice, "one transaction at a time"),
        (DatabaseFault::OldSnapshot, "one transaction at a time"),
        (DatabaseFault::LetsOthersWrite, "nobody claims what a transaction is completing"),
        (DatabaseFault::SeesOnlyItself, "a transaction"),
    ] {
        let caught = check(async |clock| Ok(WrongDatabase::new(Some(fault), clock))).await.unwrap_err();
        assert!(caught.to_string().contains(why), "{fault:?}: {caught}");
    }
}

#[tokio::test]
async fn a_store_that_does_not_open_is_a_violation() {
    let open = async |_| Err::<WrongStore, _>(StoreError::unavailable("no such host"));
    assert!(check(open).await.unwrap_err().to_string().contains("no such host"));
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn every_wrong_trail_is_caught() {
    check(async |clock| Ok(WrongTrail::new(None, clock).await)).await.unwrap();
    for (fault, why) in [
        (TrailFault::AppendsWhatHasNoEffect, "comes with the event"),
        (TrailFault::SplitsEventAndEntry, "of many outcomes at once"),
        (TrailFault::NothingIsLost, "a lost execution has an entry"),
        (TrailFault::NoDetails, "comes with the event"),
        (TrailFault::OtherTimes, "comes with the event"),
        (TrailFault::GoesWithTheRecord, "outlive"),
        (TrailFault::EveryOperation, "selected"),
        (TrailFault::NoCursor, "selected"),
        (TrailFault::EndlessPages, "selected"),
        (TrailFault::BesideTheTransaction, "with their transaction"),
    ] {
        let caught = check(async |clock| Ok(WrongTrail::new(Some(fault), clock).await)).await;
        let Err(caught) = caught else { panic!("{fault:?} is not caught") };
        assert!(caught.to_string().contains(why), "{fault:?}: {caught}");
    }
}

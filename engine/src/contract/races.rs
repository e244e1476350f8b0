//! Calls that meet.

use super::audit::draft;
use super::probe::{Probe, claiming, entry, show};
use super::race::{After, Before, CALLS, Call, Calling, Outcome, Race, race};
use crate::{BoxFuture, Found, Revision, StoreError, Swap};

pub(super) async fn claims(probe: &Probe) -> Result<(), String> {
    race(probe, Race { before: Before::Nothing, call: claim, judge: one_claim }).await
}

pub(super) async fn claims_of_expired(probe: &Probe) -> Result<(), String> {
    race(probe, Race { before: Before::Expired, call: claim, judge: one_claim }).await
}

pub(super) async fn swaps(probe: &Probe) -> Result<(), String> {
    race(probe, Race { before: Before::Entry, call: swap, judge: one_swap }).await
}

pub(super) async fn swaps_from_nothing(probe: &Probe) -> Result<(), String> {
    race(probe, Race { before: Before::Nothing, call: swap, judge: one_swap }).await
}

/// Every third call removes the entry and claims anew, as a release and a retry do.
pub(super) async fn removals(probe: &Probe) -> Result<(), String> {
    let call: Call = |call| {
        if call.number.is_multiple_of(3) { remove_and_claim(call) } else { swap(call) }
    };
    let judge = |after: &After| {
        let (number, _) = one_done(after)?;
        let found = after.found.as_ref().ok_or("load afterwards: expected an entry, found none")?;
        let expected: &[u8] = if number.is_multiple_of(3) { CLAIMED } else { &[as_byte(number)] };
        expect_record(found, expected)
    };
    race(probe, Race { before: Before::Entry, call, judge }).await
}

pub(super) async fn audited(probe: &Probe) -> Result<(), String> {
    if probe.store.audit_log().is_none() {
        return Ok(());
    }
    let call: Call = |Calling { store, id, number, expected }| {
        Box::pin(async move {
            let new = Some(entry(&[as_byte(number)]));
            Ok(Outcome::Swapped(store.swap(id, expected, new, vec![draft(&[as_byte(number)])]).await?))
        })
    };
    let judge = |after: &After| {
        let (number, _) = one_done(after)?;
        if after.audit == [vec![as_byte(number)]] {
            return Ok(());
        }
        Err(format!("the details of audit entries: expected {:?}, found {:?}", [[number]], after.audit))
    };
    race(probe, Race { before: Before::Entry, call, judge }).await
}

/// The bytes of an entry that was claimed after a removal.
const CLAIMED: &[u8] = b"claimed";

fn as_byte(number: usize) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

fn claim(Calling { store, id, number, .. }: Calling) -> BoxFuture<'static, Result<Outcome, StoreError>> {
    Box::pin(async move { Ok(Outcome::Claimed(claiming(&*store, id, entry(&[as_byte(number)])).await?)) })
}

fn swap(Calling { store, id, number, expected }: Calling) -> BoxFuture<'static, Result<Outcome, StoreError>> {
    let new = Some(entry(&[as_byte(number)]));
    Box::pin(async move { Ok(Outcome::Swapped(store.swap(id, expected, new, Vec::new()).await?)) })
}

fn remove_and_claim(call: Calling) -> BoxFuture<'static, Result<Outcome, StoreError>> {
    Box::pin(async move {
        let Calling { store, id, expected, .. } = call;
        let removed = store.swap(id, expected, None, Vec::new()).await?;
        if matches!(removed, Swap::Done(_)) {
            claiming(&*store, id, entry(CLAIMED)).await?;
        }
        Ok(Outcome::Swapped(removed))
    })
}

fn one_claim(after: &After) -> Result<(), String> {
    let claimed = after.outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Claimed(found) => Some(found),
        Outcome::Swapped(_) => None,
    });
    let claimed: Vec<_> = claimed.collect();
    let inserted: Vec<_> = claimed.iter().filter(|found| found.inserted).collect();
    let [inserted] = inserted[..] else {
        return Err(format!("`inserted`: expected of one call of {CALLS}, found of {}", inserted.len()));
    };
    let mut others = claimed.iter().copied().chain(&after.found);
    let other =
        others.find(|found| (&found.record, &found.revision) != (&inserted.record, &inserted.revision));
    match (other, &after.found) {
        (None, Some(_)) => Ok(()),
        (other, _) => Err(format!(
            "a call or a load beside the one that inserted: expected {}, found {}",
            show(Some(inserted)),
            show(other)
        )),
    }
}

fn one_swap(after: &After) -> Result<(), String> {
    let (number, revision) = one_done(after)?;
    let found = after.found.as_ref().ok_or("load afterwards: expected an entry, found none")?;
    expect_record(found, &[as_byte(number)])?;
    if revision.as_ref() == Some(&found.revision) {
        return Ok(());
    }
    Err(format!("the revision of the swap that was done: expected {:?}, found {revision:?}", found.revision))
}

/// Returns the number of the only call that was done, and the revision that it returned.
fn one_done(after: &After) -> Result<(usize, Option<Revision>), String> {
    let done = after.outcomes.iter().enumerate().filter_map(|(number, outcome)| match outcome {
        Outcome::Swapped(Swap::Done(revision)) => Some((number, revision.clone())),
        _ => None,
    });
    let mut done: Vec<_> = done.collect();
    match (done.pop(), done.len()) {
        (Some(one), 0) => Ok(one),
        (one, more) => Err(format!(
            "swaps that expect the same: expected that one of {CALLS} is done, found {}",
            more + usize::from(one.is_some())
        )),
    }
}

fn expect_record(found: &Found, expected: &[u8]) -> Result<(), String> {
    if found.record == expected {
        return Ok(());
    }
    Err(format!(
        "load afterwards: expected the bytes {expected:02x?} of the call that was done, found {}",
        show(Some(found))
    ))
}

//! Entries that are replaced and removed, and their revisions.

use super::probe::{ID, OTHER_ID, Probe, entry, same};
use crate::{Entry, Revision, Swap};
use std::time::Duration;

/// Enough that a number of few bits would come again.
const ROUNDS: usize = 20;

pub(super) async fn swap_replaces(probe: &Probe) -> Result<(), String> {
    let revision = probe.insert(ID, &entry(b"first")).await?;
    let revision = probe.replace(ID, Some(&revision), &entry(b"second"), Vec::new()).await?;
    probe.holds(ID, &entry(b"second"), &revision, Duration::ZERO).await?;
    // As the revision of a swap is the one to swap again with, nobody has to load in between.
    let revision = probe.replace(ID, Some(&revision), &entry(b"the third"), Vec::new()).await?;
    probe.holds(ID, &entry(b"the third"), &revision, Duration::ZERO).await
}

pub(super) async fn swap_from_nothing(probe: &Probe) -> Result<(), String> {
    let done = probe.swap(ID, None, None, Vec::new()).await?;
    same("swap of no entry by none", &done, &Swap::Done(None))?;
    probe.holds_nothing(ID, "after a swap of no entry by none").await?;
    let revision = probe.replace(ID, None, &entry(b"first"), Vec::new()).await?;
    probe.holds(ID, &entry(b"first"), &revision, Duration::ZERO).await
}

pub(super) async fn swap_to_nothing(probe: &Probe) -> Result<(), String> {
    let revision = probe.insert(ID, &entry(b"first")).await?;
    let other = probe.insert(OTHER_ID, &entry(b"other")).await?;
    probe.remove(ID, &revision).await?;
    probe.holds_nothing(ID, "after a swap to nothing").await?;
    let revision = probe.insert(ID, &entry(b"second")).await?;
    probe.holds(ID, &entry(b"second"), &revision, Duration::ZERO).await?;
    probe.holds(OTHER_ID, &entry(b"other"), &other, Duration::ZERO).await
}

pub(super) async fn stale_revision(probe: &Probe) -> Result<(), String> {
    let stale = probe.insert(ID, &entry(b"first")).await?;
    probe.replace(ID, Some(&stale), &entry(b"second"), Vec::new()).await?;
    for new in [Some(&entry(b"third")), None] {
        probe.conflicts("swap of the revision before the last", Some(&stale), new).await?;
    }
    Ok(())
}

pub(super) async fn expects_no_entry(probe: &Probe) -> Result<(), String> {
    probe.insert(ID, &entry(b"first")).await?;
    for new in [Some(&entry(b"second")), None] {
        probe.conflicts("swap that expects no entry where one is", None, new).await?;
    }
    Ok(())
}

pub(super) async fn expects_an_entry(probe: &Probe) -> Result<(), String> {
    let revision = probe.insert(ID, &entry(b"first")).await?;
    probe.remove(ID, &revision).await?;
    for new in [Some(&entry(b"second")), None] {
        probe.conflicts("swap that expects an entry where none is", Some(&revision), new).await?;
    }
    Ok(())
}

/// The slow owner of a claim must not overwrite whoever claimed after it was released.
pub(super) async fn inserted_anew(probe: &Probe) -> Result<(), String> {
    let claim = entry(b"claim");
    let released = probe.insert(ID, &claim).await?;
    probe.remove(ID, &released).await?;
    probe.insert(ID, &claim).await?;
    for new in [Some(&entry(b"slow")), None] {
        probe.conflicts("swap of the entry that was there before", Some(&released), new).await?;
    }
    Ok(())
}

pub(super) async fn revision_of_its_own(probe: &Probe) -> Result<(), String> {
    let mut revision = probe.insert(ID, &entry(b"same")).await?;
    let mut seen = vec![revision.clone()];
    for _ in 0..ROUNDS {
        revision = probe.replace(ID, Some(&revision), &entry(b"same"), Vec::new()).await?;
        probe.holds(ID, &entry(b"same"), &revision, Duration::ZERO).await?;
        new_to(&mut seen, &revision, "the same bytes written again")?;
    }
    Ok(())
}

pub(super) async fn not_again_after_removal(probe: &Probe) -> Result<(), String> {
    let mut seen = Vec::new();
    for round in 0..ROUNDS {
        let revision = insert_somehow(probe, round, &entry(b"same")).await?;
        new_to(&mut seen, &revision, "the same bytes inserted after a removal")?;
        probe.remove(ID, &revision).await?;
    }
    Ok(())
}

pub(super) async fn not_again_after_expiry(probe: &Probe) -> Result<(), String> {
    let same = Entry { keep_for: Duration::from_secs(1), ..entry(b"same") };
    let mut seen = Vec::new();
    for round in 0..ROUNDS {
        let revision = insert_somehow(probe, round, &same).await?;
        new_to(&mut seen, &revision, "the same bytes inserted after an expiry")?;
        probe.clock.advance(2 * same.keep_for);
    }
    Ok(())
}

/// Inserts by turns with `find_or_insert` and with `swap`.
async fn insert_somehow(probe: &Probe, round: usize, entry: &Entry) -> Result<Revision, String> {
    if round.is_multiple_of(2) {
        probe.insert(ID, entry).await
    } else {
        probe.replace(ID, None, entry, Vec::new()).await
    }
}

fn new_to(seen: &mut Vec<Revision>, revision: &Revision, what: &str) -> Result<(), String> {
    if seen.contains(revision) {
        return Err(format!(
            "{what}: expected a revision that was never used, found {revision:?} among {seen:?}"
        ));
    }
    seen.push(revision.clone());
    Ok(())
}

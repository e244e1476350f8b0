//! The age of entries, and their end.

use super::probe::{ID, KEEP_FOR, Probe, entry, is, show};
use crate::{Entry, Kind, RecordId};
use std::time::Duration;

const INSTANT: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
/// An instant less than a minute.
const ALMOST: Duration = MINUTE.saturating_sub(INSTANT);

fn kept_for(keep_for: Duration) -> Entry {
    Entry { keep_for, ..entry(b"some") }
}

pub(super) async fn age_counts_from_last_write(probe: &Probe) -> Result<(), String> {
    let some = entry(b"some");
    let mut revision = probe.insert(ID, &some).await?;
    for age in [Duration::from_millis(4001), Duration::from_hours(2), INSTANT] {
        probe.holds(ID, &some, &revision, Duration::ZERO).await?;
        probe.clock.advance(age);
        probe.holds(ID, &some, &revision, age).await?;
        let found = probe.claim(ID, &some).await?;
        is("find_or_insert where an entry is", Some(&found), &some, Some(&revision), age)?;
        revision = probe.replace(ID, Some(&revision), &some, Vec::new()).await?;
    }
    Ok(())
}

pub(super) async fn reading_does_not_renew(probe: &Probe) -> Result<(), String> {
    let some = kept_for(MINUTE);
    let revision = probe.insert(ID, &some).await?;
    for tenth in 0..10 {
        probe.holds(ID, &some, &revision, MINUTE / 10 * tenth).await?;
        let found = probe.claim(ID, &some).await?;
        is("find_or_insert where an entry is", Some(&found), &some, Some(&revision), MINUTE / 10 * tenth)?;
        probe.conflicts("swap that expects no entry where one is", None, Some(&some)).await?;
        probe.clock.advance(MINUTE / 10);
    }
    probe.clock.advance(INSTANT);
    probe.holds_nothing(ID, "of an entry that was read until its end").await
}

/// Not a millisecond before, nor after.
pub(super) async fn expires_exactly(probe: &Probe) -> Result<(), String> {
    for (number, keep_for) in (0..).zip([INSTANT, MINUTE, Duration::from_millis(86_400_001)]) {
        let (id, some) = (RecordId([number; 32]), kept_for(keep_for));
        let revision = probe.insert(id, &some).await?;
        let before = keep_for.saturating_sub(INSTANT);
        probe.clock.advance(before);
        probe.holds(id, &some, &revision, before).await?;
        let found = probe.claim(id, &some).await?;
        is("find_or_insert at the last instant", Some(&found), &some, Some(&revision), before)?;
        let revision = probe.replace(id, Some(&revision), &some, Vec::new()).await?;
        probe.clock.advance(before);
        probe.holds(id, &some, &revision, before).await?;
        probe.clock.advance(INSTANT);
        probe.holds_nothing(id, &format!("{keep_for:?} after the entry was written for as long")).await?;
    }
    Ok(())
}

pub(super) async fn expired_is_absent(probe: &Probe) -> Result<(), String> {
    let (some, next) = (kept_for(MINUTE), entry(b"next"));
    let ids = [1, 2, 3].map(|number| RecordId([number; 32]));
    let mut revisions = Vec::new();
    for id in ids.into_iter().chain([ID]) {
        revisions.push(probe.insert(id, &some).await?);
    }
    probe.clock.advance(MINUTE);
    for new in [Some(&next), None] {
        probe.conflicts("swap of the revision of an expired entry", revisions.last(), new).await?;
    }
    let [claimed, swapped, removed] = ids;
    let revision = probe.insert(claimed, &next).await?;
    probe.holds(claimed, &next, &revision, Duration::ZERO).await?;
    let revision = probe.replace(swapped, None, &next, Vec::new()).await?;
    probe.holds(swapped, &next, &revision, Duration::ZERO).await?;
    let done = probe.swap(removed, None, None, Vec::new()).await?;
    super::probe::same("swap of an expired entry by none", &done, &crate::Swap::Done(None))?;
    probe.holds_nothing(removed, "after a swap of an expired entry by none").await
}

/// The entry that replaces another one may live longer, or end sooner.
pub(super) async fn kept_from_last_write(probe: &Probe) -> Result<(), String> {
    let some = kept_for(MINUTE);
    let mut revision = probe.insert(ID, &some).await?;
    for _ in 0..3 {
        probe.clock.advance(MINUTE.saturating_sub(SECOND));
        revision = probe.replace(ID, Some(&revision), &some, Vec::new()).await?;
    }
    probe.holds(ID, &some, &revision, Duration::ZERO).await?;
    let long = Entry { kind: Kind::Done, ..kept_for(KEEP_FOR) };
    let revision = probe.replace(ID, Some(&revision), &long, Vec::new()).await?;
    probe.clock.advance(MINUTE);
    probe.holds(ID, &long, &revision, MINUTE).await?;
    probe.replace(ID, Some(&revision), &some, Vec::new()).await?;
    probe.clock.advance(MINUTE + SECOND);
    probe.holds_nothing(ID, "after the end of an entry that replaced one with more time").await
}

pub(super) async fn kept_for_ever(probe: &Probe) -> Result<(), String> {
    let for_ever = kept_for(Duration::MAX);
    let revision = probe.insert(ID, &for_ever).await?;
    probe.holds(ID, &for_ever, &revision, Duration::ZERO).await?;
    let revision = probe.replace(ID, Some(&revision), &for_ever, Vec::new()).await?;
    let century = Duration::from_hours(100 * 366 * 24);
    probe.clock.advance(century);
    probe.holds(ID, &for_ever, &revision, century).await
}

/// An operation whose response nobody is to receive again.
pub(super) async fn kept_for_no_time(probe: &Probe) -> Result<(), String> {
    let revision = probe.insert(ID, &entry(b"claim")).await?;
    probe.replace(ID, Some(&revision), &kept_for(Duration::ZERO), Vec::new()).await?;
    probe.holds_nothing(ID, "of an entry that was written for no time").await?;
    probe.insert(ID, &entry(b"next")).await.map(drop)
}

pub(super) async fn clock_goes_back(probe: &Probe) -> Result<(), String> {
    let some = kept_for(MINUTE);
    let revision = probe.insert(ID, &some).await?;
    probe.clock.rewind(Duration::from_hours(1));
    probe.holds(ID, &some, &revision, Duration::ZERO).await?;
    let found = probe.claim(ID, &entry(b"other")).await?;
    if found.inserted {
        let found = show(Some(&found));
        return Err(format!(
            "find_or_insert after the clock went back: expected the entry that is there, found {found}"
        ));
    }
    probe.clock.advance(Duration::from_hours(1) + ALMOST);
    probe.holds(ID, &some, &revision, ALMOST).await?;
    probe.clock.rewind(Duration::from_hours(1));
    let revision = probe.replace(ID, Some(&revision), &some, Vec::new()).await?;
    probe.clock.advance(ALMOST);
    probe.holds(ID, &some, &revision, ALMOST).await?;
    probe.clock.advance(INSTANT);
    probe.holds_nothing(ID, "of an expired entry that was written after the clock went back").await
}

//! Entries that are inserted and found.

use super::probe::{ID, KEEP_FOR, OTHER_ID, Probe, entry, is, same, show};
use crate::{Entry, Found, Kind, RecordId, StoreError};
use bytes::Bytes;
use std::time::Duration;

pub(super) async fn inserted_is_found(probe: &Probe) -> Result<(), String> {
    let (first, second) = (entry(b"first"), entry(b"second"));
    let revision = probe.insert(ID, &first).await?;
    probe.holds(ID, &first, &revision, Duration::ZERO).await?;
    let found = probe.claim(ID, &second).await?;
    is("find_or_insert where an entry is", Some(&found), &first, Some(&revision), Duration::ZERO)?;
    same("`inserted` where an entry is", &found.inserted, &false)?;
    let loaded = probe.load(ID).await?;
    same("`inserted` of an entry that was loaded", &loaded.is_some_and(|found| found.inserted), &false)
}

pub(super) async fn claim_is_made_once(probe: &Probe) -> Result<(), String> {
    for (what, most) in [("where there is no entry", 1), ("where an entry is", 1)] {
        let mut calls = 0_u32;
        let mut claim = || {
            calls += 1;
            Ok(entry(b"first"))
        };
        let found: Result<Found, StoreError> = probe.store.find_or_insert(ID, &mut claim).await;
        found.map_err(super::probe::failed("find_or_insert"))?;
        if calls > most {
            return Err(format!("calls of `claim` {what}: expected at most {most}, found {calls}"));
        }
    }
    Ok(())
}

pub(super) async fn failed_claim_inserts_nothing(probe: &Probe) -> Result<(), String> {
    let mut claim = || Err(StoreError::unavailable("no random numbers"));
    if let Ok(found) = probe.store.find_or_insert(ID, &mut claim).await {
        let found = show(Some(&found));
        return Err(format!(
            "find_or_insert whose claim fails: expected the error of the claim, found {found}"
        ));
    }
    probe.holds_nothing(ID, "after a claim that failed").await?;
    probe.insert(ID, &entry(b"first")).await.map(drop)
}

/// The ids of two records may differ in any one of their bytes.
pub(super) async fn records_are_apart(probe: &Probe) -> Result<(), String> {
    let ids: Vec<_> = std::iter::once(ID).chain((0..32).map(differing_at)).collect();
    let entries: Vec<_> = (0..ids.len()).map(|index| entry(format!("record {index}").as_bytes())).collect();
    let mut revisions = Vec::new();
    for (id, entry) in ids.iter().zip(&entries) {
        revisions.push(probe.insert(*id, entry).await?);
    }
    let replaced = entry(b"the record that replaces the last one");
    let last = ids.len() - 1;
    revisions[last] = probe.replace(ids[last], Some(&revisions[last]), &replaced, Vec::new()).await?;
    probe.remove(ids[0], &revisions[0]).await?;
    for index in 1..last {
        probe.holds(ids[index], &entries[index], &revisions[index], Duration::ZERO).await?;
    }
    probe.holds(ids[last], &replaced, &revisions[last], Duration::ZERO).await?;
    probe.holds_nothing(ids[0], "of a record that was removed").await
}

fn differing_at(byte: usize) -> RecordId {
    let mut id = ID;
    id.0[byte] ^= 1;
    id
}

/// Inserted, and swapped from the longest to the shortest, which must leave nothing of the longer one.
pub(super) async fn bytes_come_back(probe: &Probe) -> Result<(), String> {
    let records = [
        // A little more than 1 MiB.
        (0..251).collect::<Vec<u8>>().repeat(4178),
        (0..=u8::MAX).collect(),
        b"\0'text\" \r\n\t\\x00 {}\xFF\0".to_vec(),
        Vec::new(),
    ];
    let mut revision = probe.insert(ID, &entry(b"some")).await?;
    for (number, record) in (0..).zip(records) {
        let entry = Entry { record: record.into(), ..entry(b"") };
        let id = RecordId([number; 32]);
        let inserted = probe.insert(id, &entry).await?;
        probe.holds(id, &entry, &inserted, Duration::ZERO).await?;
        revision = probe.replace(ID, Some(&revision), &entry, Vec::new()).await?;
        probe.holds(ID, &entry, &revision, Duration::ZERO).await?;
    }
    Ok(())
}

pub(super) async fn kind_comes_back(probe: &Probe) -> Result<(), String> {
    let of = |kind| Entry { record: Bytes::from_static(b"some"), kind, keep_for: KEEP_FOR };
    let mut revision = probe.insert(OTHER_ID, &of(Kind::Done)).await?;
    for (number, kind) in (0..).zip([Kind::Running, Kind::Held, Kind::Done]) {
        let id = RecordId([number; 32]);
        let inserted = probe.insert(id, &of(kind)).await?;
        probe.holds(id, &of(kind), &inserted, Duration::ZERO).await?;
        revision = probe.replace(OTHER_ID, Some(&revision), &of(kind), Vec::new()).await?;
        probe.holds(OTHER_ID, &of(kind), &revision, Duration::ZERO).await?;
    }
    Ok(())
}

pub(super) async fn loading_inserts_nothing(probe: &Probe) -> Result<(), String> {
    for _ in 0..2 {
        probe.holds_nothing(ID, "of a record that was never written").await?;
    }
    probe.insert(ID, &entry(b"first")).await.map(drop)
}

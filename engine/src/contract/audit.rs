//! The audit log, for the stores that keep one.

use super::probe::{ID, OTHER_ID, Probe, entry, failed, same};
use crate::{AuditDraft, AuditEvent, AuditFilter, AuditLog, AuditRow, Entry, RecordId, Swap};
use bytes::Bytes;
use futures_util::future::try_join;
use http::StatusCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use steadfast_core::{Clock, Date};

/// Larger than any log here; a store may not overflow with it.
pub(super) const ALL: usize = usize::MAX;

const EVENTS: [AuditEvent; 9] = [
    AuditEvent::Completed,
    AuditEvent::Recovered,
    AuditEvent::Released,
    AuditEvent::Indeterminate,
    AuditEvent::Lost,
    AuditEvent::Overtaken,
    AuditEvent::Settled,
    AuditEvent::Replayed,
    AuditEvent::KeyReused,
];

/// Returns an entry that differs from others in its details.
pub(super) fn draft(details: &[u8]) -> AuditDraft {
    AuditDraft {
        event: AuditEvent::Completed,
        status: Some(StatusCode::CREATED),
        operation: "POST /payments".into(),
        scope: Some([0x5C; 32]),
        version: Date::from_ymd(2025, 9, 30),
        began_at: Some(1_749_999_999_999),
        details: Bytes::copy_from_slice(details),
    }
}

fn now(probe: &Probe) -> u64 {
    u64::try_from(probe.clock.now().as_millis()).unwrap_or(u64::MAX)
}

pub(super) async fn read(
    log: &dyn AuditLog,
    filter: AuditFilter,
    limit: usize,
) -> Result<Vec<AuditRow>, String> {
    log.read(filter, limit).await.map_err(failed("read"))
}

async fn append(log: &dyn AuditLog, id: RecordId, draft: AuditDraft) -> Result<(), String> {
    log.append(id, draft).await.map_err(failed("append"))
}

/// Expects that the log holds these entries and no others, in this order.
pub(super) async fn holds(
    log: &dyn AuditLog,
    what: &str,
    expected: &[(RecordId, u64, AuditDraft)],
) -> Result<(), String> {
    let rows = read(log, AuditFilter::default(), ALL).await?;
    let found: Vec<_> = rows.into_iter().map(|row| (row.record, row.at, row.draft)).collect();
    if found == expected {
        return Ok(());
    }
    let show = |entries: &[(RecordId, u64, AuditDraft)]| {
        let shown = entries.iter().map(|(id, at, draft)| format!("\n    {id:?} at {at}: {}", shown(draft)));
        if entries.is_empty() { " nothing".to_owned() } else { shown.collect() }
    };
    Err(format!("the log {what}: expected{}\n  found{}", show(expected), show(&found)))
}

/// Shows what the `Debug` of an entry hides: these are of no customer.
fn shown(draft: &AuditDraft) -> String {
    let AuditDraft { event, status, operation, scope, version, began_at, details } = draft;
    format!(
        "{event:?}, status {status:?}, operation {operation:?}, scope {scope:02x?}, version {version:?}, \
         began_at {began_at:?}, details {details:?}"
    )
}

pub(super) async fn swap_appends(probe: &Probe) -> Result<(), String> {
    let Some(log) = probe.store.audit_log() else { return Ok(()) };
    let revision = probe.insert(ID, &entry(b"first")).await?;
    holds(log, "after an entry was inserted", &[]).await?;
    probe.clock.advance(Duration::from_millis(1001));
    let began = now(probe);
    let revision =
        probe.replace(ID, Some(&revision), &entry(b"second"), vec![draft(b"a"), draft(b"b")]).await?;
    probe.clock.advance(Duration::from_secs(1));
    probe.replace(ID, Some(&revision), &entry(b"third"), Vec::new()).await?;
    probe.replace(OTHER_ID, None, &entry(b"other"), vec![draft(b"c")]).await?;
    let expected = [(ID, began, draft(b"a")), (ID, began, draft(b"b")), (OTHER_ID, now(probe), draft(b"c"))];
    holds(log, "after three swaps", &expected).await
}

pub(super) async fn conflict_appends_nothing(probe: &Probe) -> Result<(), String> {
    let Some(log) = probe.store.audit_log() else { return Ok(()) };
    let stale = probe.insert(ID, &entry(b"first")).await?;
    probe.replace(ID, Some(&stale), &entry(b"second"), Vec::new()).await?;
    for (id, expected) in [(ID, Some(&stale)), (ID, None), (OTHER_ID, Some(&stale))] {
        for new in [Some(&entry(b"third")), None] {
            let swap = probe.swap(id, expected, new, vec![draft(b"late")]).await?;
            same("swap of what is not there", &swap, &Swap::Conflict)?;
            holds(log, "after a swap that conflicts", &[]).await?;
        }
    }
    Ok(())
}

pub(super) async fn swap_to_nothing_appends(probe: &Probe) -> Result<(), String> {
    let Some(log) = probe.store.audit_log() else { return Ok(()) };
    let revision = probe.insert(ID, &entry(b"first")).await?;
    for (expected, details) in [(Some(&revision), b"a"), (None, b"b")] {
        let swap = probe.swap(ID, expected, None, vec![draft(details)]).await?;
        same("swap to nothing", &swap, &Swap::Done(None))?;
    }
    let expected = [(ID, now(probe), draft(b"a")), (ID, now(probe), draft(b"b"))];
    holds(log, "after two swaps to nothing", &expected).await
}

pub(super) async fn appended_on_its_own(probe: &Probe) -> Result<(), String> {
    let Some(log) = probe.store.audit_log() else { return Ok(()) };
    let revision = probe.insert(ID, &entry(b"first")).await?;
    append(log, ID, draft(b"a")).await?;
    append(log, OTHER_ID, draft(b"b")).await?;
    let expected = [(ID, now(probe), draft(b"a")), (OTHER_ID, now(probe), draft(b"b"))];
    holds(log, "after two entries were appended", &expected).await?;
    probe.holds(ID, &entry(b"first"), &revision, Duration::ZERO).await?;
    probe.holds_nothing(OTHER_ID, "of a record that has an audit entry only").await
}

pub(super) async fn fields_come_back(probe: &Probe) -> Result<(), String> {
    let Some(log) = probe.store.audit_log() else { return Ok(()) };
    let full = draft(&(0..=u8::MAX).collect::<Vec<_>>());
    let empty = AuditDraft { status: None, scope: None, version: None, began_at: None, ..draft(b"") };
    let mut drafts = vec![
        AuditDraft { operation: "".into(), ..empty.clone() },
        AuditDraft { operation: "'; -- \u{1F980}\n".to_owned().into(), ..full.clone() },
        AuditDraft { scope: Some(std::array::from_fn(|at| u8::try_from(at).unwrap_or(0))), ..empty.clone() },
        AuditDraft { status: StatusCode::from_u16(999).ok(), ..empty.clone() },
        AuditDraft { version: Date::from_ymd(2024, 2, 29), ..empty.clone() },
        AuditDraft { began_at: Some(0), ..empty.clone() },
    ];
    drafts.extend(EVENTS.map(|event| AuditDraft { event, ..empty.clone() }));
    let mut expected = Vec::new();
    for draft in drafts {
        append(log, ID, draft.clone()).await?;
        expected.push((ID, now(probe), draft));
    }
    holds(log, "after entries with every field", &expected).await
}

pub(super) async fn numbered_in_order(probe: &Probe) -> Result<(), String> {
    let Some(log) = probe.store.audit_log() else { return Ok(()) };
    let mut revision = probe.insert(ID, &entry(b"first")).await?;
    let mut seen = Vec::new();
    for round in 0..4 {
        revision =
            probe.replace(ID, Some(&revision), &entry(b"next"), vec![draft(b"a"), draft(b"b")]).await?;
        append(log, OTHER_ID, draft(b"c")).await?;
        let rows = read(log, AuditFilter::default(), ALL).await?;
        let numbers: Vec<_> = rows.iter().map(|row| row.sequence).collect();
        let rise =
            numbers.is_sorted_by(|one, next| one < next) && numbers.first().is_some_and(|first| *first > 0);
        if !rise || numbers.len() != 3 * (round + 1) {
            return Err(format!(
                "the numbers of {} entries: expected numbers above 0 that rise, found {numbers:?}",
                3 * (round + 1)
            ));
        }
        if !numbers.starts_with(&seen) {
            return Err(format!("the numbers of earlier entries: expected {seen:?}, found {numbers:?}"));
        }
        seen = numbers;
    }
    Ok(())
}

/// Four entries, one a millisecond.
async fn four(probe: &Probe, log: &dyn AuditLog) -> Result<Vec<AuditRow>, String> {
    for (record, operation, scope) in [
        (ID, "pay", Some([1; 32])),
        (OTHER_ID, "pay", Some([2; 32])),
        (ID, "refund", None),
        (OTHER_ID, "refund", Some([1; 32])),
    ] {
        append(log, record, AuditDraft { operation: operation.into(), scope, ..draft(b"{}") }).await?;
        probe.clock.advance(Duration::from_millis(1));
    }
    let rows = read(log, AuditFilter::default(), ALL).await?;
    same("the number of entries", &rows.len(), &4)?;
    Ok(rows)
}

pub(super) async fn selected(probe: &Probe) -> Result<(), String> {
    let Some(log) = probe.store.audit_log() else { return Ok(()) };
    let begin = now(probe);
    let all = four(probe, log).await?;
    let none = AuditFilter::default;
    for (filter, expected) in [
        (AuditFilter { record: Some(ID), ..none() }, &[0, 2][..]),
        (AuditFilter { record: Some(RecordId([0; 32])), ..none() }, &[]),
        (AuditFilter { operation: Some("refund".to_owned()), ..none() }, &[2, 3]),
        (AuditFilter { operation: Some("re%".to_owned()), ..none() }, &[]),
        (AuditFilter { scope: Some([1; 32]), ..none() }, &[0, 3]),
        (AuditFilter { since: Some(begin + 1), ..none() }, &[1, 2, 3]),
        (AuditFilter { until: Some(begin + 3), ..none() }, &[0, 1, 2]),
        (AuditFilter { since: Some(begin + 1), until: Some(begin + 2), ..none() }, &[1]),
        (AuditFilter { since: Some(u64::MAX), ..none() }, &[]),
        (AuditFilter { until: Some(u64::MAX), ..none() }, &[0, 1, 2, 3]),
        (AuditFilter { after: all[1].sequence, ..none() }, &[2, 3]),
        (AuditFilter { after: all[3].sequence, ..none() }, &[]),
        (AuditFilter { after: u64::MAX, ..none() }, &[]),
        (AuditFilter { record: Some(OTHER_ID), operation: Some("pay".to_owned()), ..none() }, &[1]),
        (AuditFilter { scope: Some([1; 32]), after: all[0].sequence, ..none() }, &[3]),
    ] {
        let rows = read(log, filter.clone(), ALL).await?;
        let found: Vec<_> = rows.iter().map(|row| all.iter().position(|one| one == row)).collect();
        let expected: Vec<_> = expected.iter().copied().map(Some).collect();
        same(&format!("of the entries 0 to 3, those of {filter:?}"), &found, &expected)?;
    }
    Ok(())
}

pub(super) async fn limited(probe: &Probe) -> Result<(), String> {
    let Some(log) = probe.store.audit_log() else { return Ok(()) };
    let all = four(probe, log).await?;
    let refunds = || AuditFilter { operation: Some("refund".to_owned()), ..AuditFilter::default() };
    for (filter, limit, expected) in [
        (AuditFilter::default(), 0, &[][..]),
        (AuditFilter::default(), 2, &[0, 1]),
        (AuditFilter::default(), 4, &[0, 1, 2, 3]),
        (AuditFilter { after: all[1].sequence, ..AuditFilter::default() }, 1, &[2]),
        // The limit is one of entries that are selected.
        (refunds(), 2, &[2, 3]),
    ] {
        let rows = read(log, filter.clone(), limit).await?;
        let found: Vec<_> = rows.iter().map(|row| all.iter().position(|one| one == row)).collect();
        let expected: Vec<_> = expected.iter().copied().map(Some).collect();
        same(&format!("of the entries 0 to 3, the first {limit} of {filter:?}"), &found, &expected)?;
    }
    Ok(())
}

pub(super) async fn outlive_records(probe: &Probe) -> Result<(), String> {
    let Some(log) = probe.store.audit_log() else { return Ok(()) };
    let (minute, began) = (Duration::from_mins(1), now(probe));
    let expired = Entry { keep_for: minute, ..entry(b"expires") };
    probe.replace(ID, None, &expired, vec![draft(b"a")]).await?;
    let revision = probe.replace(OTHER_ID, None, &entry(b"removed"), vec![draft(b"b")]).await?;
    probe.clock.advance(minute);
    probe.remove(OTHER_ID, &revision).await?;
    // What an expired record leaves is removed by whoever writes next.
    let expected = [(ID, began, draft(b"a")), (OTHER_ID, began, draft(b"b")), (ID, now(probe), draft(b"c"))];
    probe.replace(ID, None, &entry(b"next"), vec![draft(b"c")]).await?;
    probe.insert(OTHER_ID, &entry(b"next")).await?;
    holds(log, "after the records of its entries went", &expected).await
}

/// Who sees the one must see the other, or a process that dies in between leaves one alone.
pub(super) async fn seen_together(probe: &Probe) -> Result<(), String> {
    let Some(log) = probe.store.audit_log() else { return Ok(()) };
    let ended = AtomicBool::new(false);
    let write = async {
        let mut revision = probe.insert(ID, &entry(&[0])).await?;
        for number in 1..=100 {
            let audit = vec![draft(&[number])];
            revision = probe.replace(ID, Some(&revision), &entry(&[number]), audit).await?;
        }
        ended.store(true, Ordering::Relaxed);
        Ok::<_, String>(())
    };
    let number = async || {
        let found = probe.load(ID).await?;
        Ok::<_, String>(found.and_then(|found| found.record.first().copied()).unwrap_or(0).into())
    };
    let entries = async || Ok::<_, String>(read(log, AuditFilter::default(), ALL).await?.len());
    let watch = async {
        while !ended.load(Ordering::Relaxed) {
            let (before, between, after) = (number().await?, entries().await?, number().await?);
            if !(before..=after).contains(&between) {
                return Err(format!(
                    "audit entries between the swaps {before} and {after}: expected {before} to {after}, \
                     found {between}"
                ));
            }
            tokio::task::yield_now().await;
        }
        Ok(())
    };
    try_join(write, watch).await.map(drop)
}

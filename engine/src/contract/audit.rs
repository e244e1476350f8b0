//! The promises of an [`AuditStore`], for the stores that keep an audit trail.

use super::{
    ASKED, ID, LEASE, ONE, OTHER, Probe, TTL, TWO, VERSION, asking, complete, describe, is, mismatch, replay,
    request, response,
};
use crate::clock::Clock;
use crate::idempotency::{
    Action, AuditDraft, AuditEvent, AuditFilter, AuditRow, AuditStore, Event, RecordId,
};
use bytes::Bytes;
use futures_util::future::join_all;
use http::StatusCode;
use std::time::Duration;
use steadfast_core::Date;

const NEIGHBOUR: RecordId = RecordId([0xAC; 32]);

/// Of another version than [`VERSION`].
const LATER: Option<Date> = Date::from_ymd(2026, 1, 31);

fn draft(event: AuditEvent) -> AuditDraft {
    AuditDraft {
        event,
        status: Some(StatusCode::CREATED),
        operation: "POST /payments".into(),
        scope: Some([0x5C; 32]),
        version: VERSION,
        began_at: None,
        details: (0..=255).collect::<Vec<u8>>().into(),
    }
}

fn now(probe: &Probe) -> u64 {
    u64::try_from(probe.clock.now().as_millis()).unwrap_or(u64::MAX)
}

async fn applied(
    audit: &dyn AuditStore,
    event: Event,
    with: AuditEvent,
    expected: Action,
) -> Result<(), String> {
    let asked = format!("{event:?}");
    let action = audit.apply_audited(ID, event, draft(with)).await.map_err(|error| describe(&error))?;
    if is(&action, &expected) {
        Ok(())
    } else {
        Err(format!("{asked} gave {action:?}, expected {expected:?}"))
    }
}

async fn claimed(audit: &dyn AuditStore) -> Result<(), String> {
    applied(audit, request(ONE), AuditEvent::Lost, Action::EXECUTE).await
}

async fn read(audit: &dyn AuditStore, filter: AuditFilter) -> Result<Vec<AuditRow>, String> {
    audit.read(filter, usize::MAX >> 1).await.map_err(|error| describe(&error))
}

/// The entries that there are, without what a store adds to them.
async fn holds(audit: &dyn AuditStore, expected: &[(RecordId, u64, AuditDraft)]) -> Result<(), String> {
    let rows = read(audit, AuditFilter::default()).await?;
    if !rows.iter().map(|row| row.sequence).is_sorted_by(|one, next| one < next) {
        return Err(format!("the numbers of entries do not grow: {rows:?}"));
    }
    let found: Vec<_> = rows.into_iter().map(|row| (row.record, row.at, row.draft)).collect();
    if found == expected {
        return Ok(());
    }
    let (found, expected) = (format!("{found:?}"), format!("{expected:?}"));
    let unseen = if found == expected { ", which differs in what is not shown" } else { "" };
    Err(format!("the trail holds {found}, expected {expected}{unseen}"))
}

pub(super) async fn entry_comes_with_its_event(probe: &Probe) -> Result<(), String> {
    let Some(audit) = probe.store.audit() else { return Ok(()) };
    let began_at = now(probe);
    claimed(audit).await?;
    holds(audit, &[]).await?;
    probe.clock.advance(Duration::from_secs(1));
    applied(audit, complete(ONE, response(b"done")), AuditEvent::Completed, Action::Done).await?;
    let entry = AuditDraft { began_at: Some(began_at), ..draft(AuditEvent::Completed) };
    let entry = (ID, now(probe), entry);
    holds(audit, std::slice::from_ref(&entry)).await?;
    // Once more, as after an answer that was lost; by another; and what finds that it is done.
    for token in [ONE, TWO] {
        let again = complete(token, response(b"again"));
        applied(audit, again, AuditEvent::Completed, replay(response(b"done"))).await?;
    }
    applied(audit, request(TWO), AuditEvent::Lost, replay(response(b"done"))).await?;
    applied(audit, asking(OTHER, TWO), AuditEvent::Lost, mismatch()).await?;
    holds(audit, &[entry]).await
}

pub(super) async fn entry_without_a_claim(probe: &Probe) -> Result<(), String> {
    let Some(audit) = probe.store.audit() else { return Ok(()) };
    let nothing = |event| AuditDraft { status: None, scope: None, version: None, ..draft(event) };
    let complete = complete(ONE, response(b"done"));
    let empty = AuditDraft { details: Bytes::new(), ..nothing(AuditEvent::Completed) };
    let done = audit.apply_audited(ID, complete, empty.clone()).await.map_err(|error| describe(&error))?;
    if done != Action::Done {
        return Err(format!("an outcome without a claim gave {done:?}"));
    }
    audit.append(NEIGHBOUR, nothing(AuditEvent::Replayed)).await.map_err(|error| describe(&error))?;
    let at = now(probe);
    holds(audit, &[(ID, at, empty), (NEIGHBOUR, at, nothing(AuditEvent::Replayed))]).await
}

pub(super) async fn lost_execution_has_an_entry(probe: &Probe) -> Result<(), String> {
    let Some(audit) = probe.store.audit() else { return Ok(()) };
    let began_at = now(probe);
    claimed(audit).await?;
    probe.clock.advance(LEASE);
    let by_another = AuditDraft { version: LATER, ..draft(AuditEvent::Lost) };
    let found = audit.apply_audited(ID, request(TWO), by_another).await.map_err(|error| describe(&error))?;
    if found != Action::EXECUTE {
        return Err(format!("a lapsed claim was not taken over: {found:?}"));
    }
    let lost = AuditDraft { began_at: Some(began_at), ..draft(AuditEvent::Lost) };
    let lost = (ID, now(probe), lost);
    holds(audit, std::slice::from_ref(&lost)).await?;
    // The same request again, and its old owner.
    applied(audit, request(TWO), AuditEvent::Lost, Action::EXECUTE).await?;
    applied(audit, Event::Release { token: ONE }, AuditEvent::Released, Action::Lost).await?;
    holds(audit, std::slice::from_ref(&lost)).await?;
    applied(audit, Event::Release { token: TWO }, AuditEvent::Released, Action::Done).await?;
    let released = AuditDraft { began_at: Some(now(probe)), ..draft(AuditEvent::Released) };
    holds(audit, &[lost, (ID, now(probe), released)]).await
}

pub(super) async fn entries_outlive_records(probe: &Probe) -> Result<(), String> {
    let Some(audit) = probe.store.audit() else { return Ok(()) };
    applied(audit, complete(ONE, response(b"done")), AuditEvent::Completed, Action::Done).await?;
    let first = (ID, now(probe), draft(AuditEvent::Completed));
    probe.clock.advance(TTL);
    claimed(audit).await?;
    applied(audit, complete(ONE, response(b"anew")), AuditEvent::Completed, Action::Done).await?;
    let second = AuditDraft { began_at: Some(now(probe)), ..draft(AuditEvent::Completed) };
    holds(audit, &[first, (ID, now(probe), second)]).await
}

pub(super) async fn entries_are_selected(probe: &Probe) -> Result<(), String> {
    let Some(audit) = probe.store.audit() else { return Ok(()) };
    let of = |operation: &'static str, scope| AuditDraft {
        operation: operation.into(),
        scope,
        ..draft(AuditEvent::Replayed)
    };
    let begin = now(probe);
    for (record, operation, scope) in [
        (ID, "pay", Some([1; 32])),
        (NEIGHBOUR, "pay", Some([2; 32])),
        (ID, "refund", None),
        (NEIGHBOUR, "refund", Some([1; 32])),
    ] {
        audit.append(record, of(operation, scope)).await.map_err(|error| describe(&error))?;
        probe.clock.advance(Duration::from_millis(1));
    }
    let all = read(audit, AuditFilter::default()).await?;
    let none = AuditFilter::default;
    for (filter, expected) in [
        (none(), &[0, 1, 2, 3][..]),
        (AuditFilter { record: Some(ID), ..none() }, &[0, 2]),
        (AuditFilter { operation: Some("refund".to_owned()), ..none() }, &[2, 3]),
        (AuditFilter { scope: Some([1; 32]), ..none() }, &[0, 3]),
        (AuditFilter { since: Some(begin + 1), ..none() }, &[1, 2, 3]),
        (AuditFilter { until: Some(begin + 3), ..none() }, &[0, 1, 2]),
        (AuditFilter { since: Some(begin + 1), until: Some(begin + 2), ..none() }, &[1]),
        (AuditFilter { after: all.get(1).map_or(0, |row| row.sequence), ..none() }, &[2, 3]),
        (AuditFilter { record: Some(NEIGHBOUR), operation: Some("pay".to_owned()), ..none() }, &[1]),
        (AuditFilter { after: all.last().map_or(0, |row| row.sequence), ..none() }, &[]),
    ] {
        let expected: Vec<_> = expected.iter().filter_map(|&index: &usize| all.get(index).cloned()).collect();
        let found = read(audit, filter.clone()).await?;
        if found != expected || (filter == none() && all.len() != 4) {
            return Err(format!("{filter:?} gave {found:?}, expected {expected:?}"));
        }
    }
    let first = audit.read(none(), 2).await.map_err(|error| describe(&error))?;
    if first == all[..2] { Ok(()) } else { Err(format!("the first two of four entries are {first:?}")) }
}

/// However many outcomes there are at once, what is recorded has its entry, and nothing else has.
pub(super) async fn one_entry_of_many(probe: &Probe) -> Result<(), String> {
    let Some(audit) = probe.store.audit() else { return Ok(()) };
    let outcomes = (0..16_u8).map(|of| {
        let draft = AuditDraft { details: vec![of].into(), ..draft(AuditEvent::Completed) };
        audit.apply_audited(ID, complete(ONE, response(&[of])), draft)
    });
    join_all(outcomes).await;
    let rows = read(audit, AuditFilter::default()).await?;
    let [row] = &rows[..] else { return Err(format!("of many outcomes {} have an entry", rows.len())) };
    let look = Event::Look { asked: ASKED.into() };
    probe.expect_of(ID, look, replay(response(&row.draft.details))).await
}

pub(super) async fn transactions_append(probe: &Probe) -> Result<(), String> {
    let (Some(audit), Some(database)) = (probe.store.audit(), probe.store.transactions()) else {
        return Ok(());
    };
    let entry = || draft(AuditEvent::Completed);
    for commits in [false, true] {
        let mut transaction = database.begin().await.map_err(|error| describe(&error))?;
        let done = transaction.apply(ID, complete(ONE, response(b"done"))).await;
        let appended = transaction.append(ID, entry()).await;
        done.map(drop).and(appended).map_err(|error| describe(&error))?;
        let ended = if commits { transaction.commit().await } else { transaction.rollback().await };
        ended.map_err(|error| describe(&error))?;
        let expected = if commits { vec![(ID, now(probe), entry())] } else { Vec::new() };
        holds(audit, &expected).await?;
    }
    Ok(())
}

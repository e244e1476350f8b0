use super::*;
use crate::RecordId;
use http::StatusCode;

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

#[test]
fn every_event_has_a_name_of_its_own() {
    for (index, event) in EVENTS.into_iter().enumerate() {
        assert_eq!(AuditEvent::named(event.name()), Some(event));
        assert!(EVENTS[index + 1..].iter().all(|other| other.name() != event.name()));
    }
    assert_eq!(AuditEvent::named("paid"), None);
}

#[test]
fn row_is_selected_if_every_condition_of_the_filter_holds() {
    let draft = AuditDraft {
        event: AuditEvent::Completed,
        status: Some(StatusCode::CREATED),
        operation: "pay".into(),
        scope: Some([0xAB; 32]),
        version: None,
        began_at: None,
        details: "{}".into(),
    };
    let row = AuditRow { sequence: 7, at: 1000, record: RecordId([1; 32]), draft };
    let all = AuditFilter::default();
    let with = |change: fn(&mut AuditFilter)| {
        let mut filter = all.clone();
        change(&mut filter);
        filter.selects(&row)
    };
    assert!(all.selects(&row));
    assert!(with(|filter| filter.after = 6) && !with(|filter| filter.after = 7));
    assert!(with(|filter| filter.record = Some(RecordId([1; 32]))));
    assert!(!with(|filter| filter.record = Some(RecordId([2; 32]))));
    assert!(with(|filter| filter.operation = Some("pay".into())));
    assert!(!with(|filter| filter.operation = Some("pa".into())));
    assert!(with(|filter| filter.scope = Some([0xAB; 32])) && !with(|filter| filter.scope = Some([0; 32])));
    assert!(with(|filter| filter.since = Some(1000)) && !with(|filter| filter.since = Some(1001)));
    assert!(with(|filter| filter.until = Some(1001)) && !with(|filter| filter.until = Some(1000)));
    let of_nobody = AuditRow { draft: AuditDraft { scope: None, ..row.draft.clone() }, ..row.clone() };
    assert!(all.selects(&of_nobody));
    assert!(!AuditFilter { scope: Some([0; 32]), ..all.clone() }.selects(&of_nobody));
}

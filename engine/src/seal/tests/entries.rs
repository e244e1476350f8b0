use super::*;

pub(super) fn draft() -> AuditDraft {
    AuditDraft {
        event: AuditEvent::Completed,
        status: Some(StatusCode::CREATED),
        operation: "pay".into(),
        scope: Some([7; 32]),
        version: VERSION,
        began_at: Some(1),
        details: Bytes::from_static(br#"{"a":"hunter2"}"#),
    }
}

pub(super) fn row(draft: AuditDraft) -> AuditRow {
    AuditRow { sequence: 3, at: 4, record: id(1), draft }
}

fn sealed() -> AuditDraft {
    codec(ring()).seal_entry(id(1), draft()).unwrap()
}

#[test]
fn sealed_entry_is_read_as_it_was_written() {
    let sealed = sealed();
    assert!(!sealed.is_plain());
    assert!(!sealed.details.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()));
    assert_eq!(AuditDraft { details: draft().details, ..sealed.clone() }, draft());
    assert_eq!(codec(ring()).open_entry(row(sealed)).unwrap(), row(draft()));
}

#[test]
fn entry_sealed_twice_has_different_bytes() {
    assert_ne!(sealed().details, sealed().details);
}

#[test]
fn changed_or_moved_entry_is_unreadable() {
    let changed: [fn(&mut AuditRow); 9] = [
        |row| row.record = id(2),
        |row| row.draft.event = AuditEvent::Recovered,
        |row| row.draft.status = Some(StatusCode::OK),
        |row| row.draft.operation = "pa".into(),
        |row| row.draft.scope = None,
        |row| row.draft.version = None,
        |row| row.draft.began_at = Some(2),
        |row| row.draft.began_at = None,
        |row| row.draft.details = row.draft.details.slice(..row.draft.details.len() - 1),
    ];
    for change in changed {
        let mut row = row(sealed());
        change(&mut row);
        let why = unreadable(codec(ring()).open_entry(row));
        assert!(why.starts_with("entry 3 of the audit log: it is damaged, or"), "{why}");
    }
    for at in 0..sealed().details.len() {
        let mut details = sealed().details.to_vec();
        details[at] ^= 1;
        let damaged = AuditDraft { details: details.into(), ..draft() };
        unreadable(codec(ring()).open_entry(row(damaged)));
    }
}

/// The store chooses both when it appends the entry.
#[test]
fn number_and_time_of_an_entry_are_not_authenticated() {
    let row = AuditRow { sequence: 5, at: 6, ..row(sealed()) };
    assert_eq!(codec(ring()).open_entry(row).unwrap(), AuditRow { sequence: 5, at: 6, ..self::row(draft()) });
}

#[test]
fn record_in_place_of_the_details_of_an_entry_is_unreadable() {
    let mut record = seal(ring(), id(1), &completed()).to_vec();
    // In the format of entries.
    record[0] = 1;
    let why = unreadable(codec(ring()).open_entry(row(AuditDraft { details: record.into(), ..draft() })));
    assert!(why.contains("damaged"), "{why}");
    // And the other way round.
    let mut details = sealed().details.to_vec();
    details[0] = 2;
    assert!(unreadable(open(ring(), id(1), &details.into())).contains("damaged"));
}

#[test]
fn every_key_opens_its_entries_and_a_missing_key_is_named() {
    let before = codec(KeyRing::new("old", &OLD)).seal_entry(id(1), draft()).unwrap();
    assert_eq!(codec(ring()).open_entry(row(before.clone())).unwrap(), row(draft()));
    let why = unreadable(codec(KeyRing::new("new", &NEW)).open_entry(row(before)));
    assert!(why.contains("entry 3 of the audit log: it is sealed with the key `old`, which"), "{why}");
}

#[test]
fn plain_entries_are_rejected_unless_the_ring_reads_them() {
    let plain = codec(ring().writes_plain()).seal_entry(id(1), draft()).unwrap();
    assert_eq!(plain, draft());
    let why = unreadable(codec(ring()).open_entry(row(plain.clone())));
    assert!(why.contains("entry 3") && why.contains("`KeyRing::reads_plain`"), "{why}");
    for keys in [ring().reads_plain(), ring().writes_plain()] {
        assert_eq!(codec(keys.clone()).open_entry(row(plain.clone())).unwrap(), row(draft()));
        assert_eq!(codec(keys).open_entry(row(sealed())).unwrap(), row(draft()));
    }
}

#[test]
fn sealed_entry_without_keys_is_unreadable() {
    assert_eq!(Codec::default().open_entry(row(draft())).unwrap(), row(draft()));
    let why = unreadable(Codec::default().open_entry(row(sealed())));
    assert!(why.contains("entry 3") && why.contains("there is no key ring"), "{why}");
}

#[test]
fn entry_of_another_format_is_unreadable() {
    for (details, expected) in [(&b"\x02abc"[..], "format 2"), (b"", "incomplete"), (b"\x01", "incomplete")] {
        let entry = AuditDraft { details: Bytes::from_static(details), ..draft() };
        let why = unreadable(codec(ring()).open_entry(row(entry)));
        assert!(why.contains(expected), "{why}");
    }
}

use super::KeyRing;
use crate::{
    AuditDraft, AuditEvent, AuditRow, Codec, CompletedSteps, FencingToken, Fingerprint, HeadCopy, RecordId,
    State, Step, StoreError, StoredOutcome, StoredResponse, Tombstone,
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;

mod entries;
mod golden;
mod records;

const NEW: [u8; 32] = [1; 32];
const OLD: [u8; 32] = [2; 32];
const VERSION: Option<Date> = Date::from_ymd(2025, 9, 30);
const SECRET: &str = "hunter2";

fn ring() -> KeyRing {
    KeyRing::new("new", &NEW).older("old", &OLD)
}

fn codec(keys: KeyRing) -> Codec {
    Codec::sealed(keys)
}

fn id(of: u8) -> RecordId {
    RecordId([of; 32])
}

fn fingerprint() -> Fingerprint {
    Fingerprint {
        version: VERSION,
        algorithm: 1,
        bytes: *SECRET.repeat(8).as_bytes().first_chunk().unwrap(),
        typed: None,
    }
}

fn steps() -> CompletedSteps {
    let step = Step { name: SECRET.into(), shape: 7, output: SECRET.into() };
    [step].into_iter().collect()
}

fn completed() -> State {
    let body = || Bytes::from_static(SECRET.as_bytes());
    let response = StoredResponse {
        status: StatusCode::CREATED,
        headers: vec![(HeaderName::from_static("x-secret"), HeaderValue::from_static(SECRET))],
        body: body(),
        version: VERSION,
        head: VERSION.map(|version| HeadCopy { version, type_id: 7, body: Some(body()) }),
    };
    completed_with(StoredOutcome::Response(Arc::new(response)))
}

fn completed_with(outcome: StoredOutcome) -> State {
    let (ttl, remember) = (Duration::from_secs(9), Duration::ZERO);
    State::Completed { fingerprint: fingerprint(), outcome, ttl, remember, expires_at: 10 }
}

/// A state of every kind, each with a secret in all of its parts.
fn states() -> Vec<State> {
    let token = FencingToken(*b"hunter2 hunter2 ");
    let location = Some(HeaderValue::from_static(SECRET));
    let tombstone = Tombstone { status: StatusCode::CREATED, location, version: None };
    vec![
        State::Claimed {
            token,
            fingerprint: fingerprint(),
            steps: steps(),
            unknown: true,
            began_at: 1,
            ran_for: Duration::from_secs(2),
            lease: Duration::from_secs(3),
        },
        State::Checkpoint { fingerprint: fingerprint(), steps: steps() },
        State::Indeterminate { token, fingerprint: fingerprint(), steps: steps(), began_at: 1 },
        completed(),
        completed_with(StoredOutcome::Tombstone(tombstone)),
    ]
}

fn seal(keys: KeyRing, id: RecordId, state: &State) -> Bytes {
    codec(keys).encode(id, state).unwrap().unwrap().record
}

fn open(keys: KeyRing, id: RecordId, record: &Bytes) -> Result<State, StoreError> {
    codec(keys).decode(id, record)
}

#[track_caller]
fn unreadable<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    match result {
        Err(StoreError::Unreadable { why }) => why.into_owned(),
        other => panic!("{other:?}"),
    }
}

fn bytes(hex: &str) -> Bytes {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn debug_shows_only_ids_and_the_rule_for_plain_records() {
    assert_eq!(format!("{:?}", ring()), r#"KeyRing(["new", "old"])"#);
    assert_eq!(format!("{:?}", ring().reads_plain()), r#"KeyRing(["new", "old"], reads plain)"#);
    assert_eq!(format!("{:?}", ring().writes_plain()), r#"KeyRing(["new", "old"], writes plain)"#);
}

#[test]
#[should_panic(expected = "two keys of the ring have the id `new`")]
fn second_key_of_one_id_panics() {
    let _ = ring().older("new", &[3; 32]);
}

#[test]
#[should_panic(expected = r#"the id "two words" of a key is none"#)]
fn id_with_a_space_panics() {
    let _ = KeyRing::new("two words", &NEW);
}

#[test]
fn fingerprint_secrets_are_those_of_all_keys_with_the_newest_first() {
    let one = |keys: &KeyRing| *keys.fingerprint_secrets().next().unwrap();
    let both: Vec<[u8; 32]> = ring().fingerprint_secrets().copied().collect();
    assert_eq!(both, [one(&KeyRing::new("a", &NEW)), one(&KeyRing::new("b", &OLD))]);
    assert_ne!(both[0], both[1]);
}

#[test]
fn ring_seals_unless_it_writes_plain() {
    assert!(ring().seals() && ring().reads_plain().seals());
    assert!(!ring().writes_plain().seals());
}

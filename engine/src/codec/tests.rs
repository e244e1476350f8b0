use super::{Codec, PLAIN, plain};
use crate::{
    CompletedSteps, Entry, FencingToken, Fingerprint, Found, HeadCopy, Kind, RecordId, Revision, State, Step,
    StoreError, StoredOutcome, StoredResponse, Tombstone, TypedFingerprint,
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;

mod damage;
mod golden;
mod round_trip;

const ID: RecordId = RecordId([1; 32]);
const VERSION: Option<Date> = Date::from_ymd(2025, 9, 30);

fn decode(record: &Bytes) -> Result<State, StoreError> {
    Codec::default().decode(ID, record)
}

#[track_caller]
fn assert_unreadable(record: &Bytes) {
    match decode(record) {
        Err(StoreError::Unreadable { .. }) => {}
        other => panic!("{other:?}"),
    }
}

/// A record of these fields, whatever they are.
fn record(fields: &[u8]) -> Bytes {
    let checksum = crc32fast::hash(fields).to_le_bytes();
    [&[PLAIN], &checksum[..], fields].concat().into()
}

/// A field as it is written: tag, length, value.
fn field(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap().to_le_bytes();
    [&[tag], &length[..], value].concat()
}

/// The fields of a record, each as it is written.
fn fields_of(state: &State) -> Vec<Vec<u8>> {
    let record = plain(state);
    let mut left = &record[5..];
    let mut fields = Vec::new();
    while !left.is_empty() {
        let length = u32::from_le_bytes(*left[1..].first_chunk().unwrap());
        let (one, rest) = left.split_at(5 + usize::try_from(length).unwrap());
        fields.push(one.to_vec());
        left = rest;
    }
    fields
}

fn fingerprint() -> Fingerprint {
    let typed = VERSION.map(|head| TypedFingerprint { head, type_id: 5, hash: [6; 32] });
    Fingerprint { version: VERSION, algorithm: 3, bytes: [4; Fingerprint::LENGTH], typed }
}

fn steps() -> CompletedSteps {
    let step = |name: &str, output| Step { name: name.into(), shape: 7, output: Bytes::from_static(output) };
    [step("charge", b"{\"id\":1}"), step("", b"")].into_iter().collect()
}

fn response() -> Arc<StoredResponse> {
    Arc::new(StoredResponse {
        status: StatusCode::CREATED,
        headers: vec![
            (HeaderName::from_static("x-a"), HeaderValue::from_static("")),
            (HeaderName::from_static("x-a"), HeaderValue::from_bytes(b"\xff\t").unwrap()),
        ],
        body: Bytes::from_static(b"{\"a\":1}"),
        version: VERSION,
        head: VERSION.map(|version| HeadCopy {
            version,
            type_id: 8,
            body: Some(Bytes::from_static(b"{\"b\":1}")),
        }),
    })
}

fn completed(outcome: StoredOutcome) -> State {
    State::Completed {
        fingerprint: fingerprint(),
        outcome,
        ttl: Duration::from_secs(9),
        remember: Duration::from_secs(10),
        expires_at: 11,
    }
}

/// A state of every kind, with every field.
fn states() -> Vec<State> {
    let (token, fingerprint, steps, began_at) = (FencingToken([2; 16]), fingerprint(), steps(), 12);
    let tombstone = Tombstone {
        status: StatusCode::OK,
        location: Some(HeaderValue::from_static("/a")),
        version: VERSION,
    };
    vec![
        State::Claimed {
            token,
            fingerprint,
            steps: steps.clone(),
            unknown: true,
            began_at,
            ran_for: Duration::from_secs(13),
            lease: Duration::from_secs(14),
        },
        State::Checkpoint { fingerprint, steps: steps.clone() },
        State::Indeterminate { token, fingerprint, steps, began_at },
        completed(StoredOutcome::Response(response())),
        completed(StoredOutcome::Reference { response: response(), shape: 15 }),
        completed(StoredOutcome::Tombstone(tombstone)),
    ]
}

#[test]
fn absent_state_has_no_entry() {
    let codec = Codec::default();
    assert_eq!(codec.encode(ID, &State::Absent).unwrap(), None);
    assert_eq!(codec.decode_found(ID, None).unwrap(), State::Absent);
}

#[test]
fn entry_that_a_store_found_is_read() {
    let codec = Codec::default();
    for state in states() {
        let Entry { record, kind, .. } = codec.encode(ID, &state).unwrap().unwrap();
        let (revision, age) = (Revision::from(1), Duration::ZERO);
        let found = Found { record, kind, revision, age, inserted: false };
        assert_eq!(codec.decode_found(ID, Some(&found)).unwrap(), state);
        let damaged = Found { record: found.record.slice(1..), ..found };
        assert!(codec.decode_found(ID, Some(&damaged)).unwrap_err().is_unreadable());
    }
}

#[test]
fn entry_has_the_kind_and_the_duration_of_its_state() {
    let kinds = [Kind::Running, Kind::Held, Kind::Held, Kind::Done, Kind::Done, Kind::Done];
    for (state, kind) in states().into_iter().zip(kinds) {
        let entry = Codec::default().encode(ID, &state).unwrap().unwrap();
        assert_eq!((entry.kind, entry.keep_for), (kind, state.keep_for()));
    }
}

#[test]
fn body_and_outputs_share_the_memory_of_the_record() {
    for state in states() {
        let record = plain(&state);
        let parts = match decode(&record).unwrap() {
            State::Completed { outcome, .. } => match outcome {
                StoredOutcome::Response(response) | StoredOutcome::Reference { response, .. } => {
                    vec![response.body.clone(), response.head.clone().unwrap().body.unwrap()]
                }
                StoredOutcome::Tombstone(_) => continue,
            },
            State::Claimed { steps, .. }
            | State::Checkpoint { steps, .. }
            | State::Indeterminate { steps, .. } => vec![steps.as_slice()[0].output.clone()],
            State::Absent => panic!("absent"),
        };
        let memory = record.as_ptr_range();
        for part in parts {
            let range = part.as_ptr_range();
            assert!(!part.is_empty() && memory.start <= range.start && range.end <= memory.end);
        }
    }
}

#[test]
fn record_fits_the_memory_that_was_reserved_for_it() {
    let large = || Bytes::from(vec![b'x'; 100_000]);
    let mut with_body = StoredResponse::clone(&response());
    (with_body.body, with_body.head) =
        (large(), VERSION.map(|version| HeadCopy { version, type_id: 8, body: Some(large()) }));
    let step = Step { name: "charge".into(), shape: 7, output: large() };
    let with_step = State::Checkpoint { fingerprint: fingerprint(), steps: [step].into_iter().collect() };
    let large = [completed(StoredOutcome::Response(Arc::new(with_body))), with_step];
    for state in states().into_iter().chain(large) {
        let size = super::write::size(&state);
        let fields = plain(&state).len() - 5;
        assert!(fields <= size && size <= fields + 300, "{fields} of {size}");
    }
}

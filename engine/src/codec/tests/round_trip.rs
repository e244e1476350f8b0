//! Whatever is written is read again.

use super::*;
use proptest::prelude::*;

fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::from_nanos(1)),
        Just(Duration::from_nanos(1_000_001)),
        Just(Duration::from_millis(u64::MAX)),
        Just(Duration::MAX),
        (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos)),
        any::<u64>().prop_map(Duration::from_millis),
    ]
}

fn bodies() -> impl Strategy<Value = Bytes> {
    prop_oneof![
        Just(Bytes::new()),
        proptest::collection::vec(any::<u8>(), 0..50).prop_map(Bytes::from),
        (any::<u8>(), 60_000..80_000_usize).prop_map(|(byte, length)| Bytes::from(vec![byte; length])),
    ]
}

fn dates() -> impl Strategy<Value = Date> {
    (1..=9999_u32, 1..=12_u32, 1..=28_u32)
        .prop_map(|(year, month, day)| Date::from_ymd(year, month, day).unwrap())
}

/// Visible ASCII, spaces, tabs and what is not UTF-8.
fn values() -> impl Strategy<Value = HeaderValue> {
    let byte =
        any::<u8>().prop_filter("a control character", |byte| *byte == 9 || (*byte >= 32 && *byte != 127));
    proptest::collection::vec(byte, 0..20).prop_map(|bytes| HeaderValue::from_bytes(&bytes).unwrap())
}

fn headers() -> impl Strategy<Value = Vec<(HeaderName, HeaderValue)>> {
    let names = prop_oneof![Just("x-a"), Just("content-type"), Just("x")].prop_map(HeaderName::from_static);
    proptest::collection::vec((names, values()), 0..5)
}

fn statuses() -> impl Strategy<Value = StatusCode> {
    (200..=999_u16).prop_map(|status| StatusCode::from_u16(status).unwrap())
}

fn fingerprints() -> impl Strategy<Value = Fingerprint> {
    let typed = (dates(), any::<u64>(), any::<[u8; 32]>())
        .prop_map(|(head, type_id, hash)| TypedFingerprint { head, type_id, hash });
    let typed = proptest::option::of(typed);
    let bytes = proptest::collection::vec(any::<u8>(), Fingerprint::LENGTH);
    (proptest::option::of(dates()), any::<u8>(), bytes, typed).prop_map(
        |(version, algorithm, bytes, typed)| Fingerprint {
            version,
            algorithm,
            bytes: bytes.try_into().unwrap(),
            typed,
        },
    )
}

fn completed_steps() -> impl Strategy<Value = CompletedSteps> {
    let step = (".{0,20}", any::<u64>(), bodies()).prop_map(|(name, shape, output)| Step {
        name: name.into(),
        shape,
        output,
    });
    proptest::collection::vec(step, 0..4).prop_map(|steps| steps.into_iter().collect())
}

fn responses() -> impl Strategy<Value = Arc<StoredResponse>> {
    let head = (dates(), any::<u64>(), proptest::option::of(bodies()))
        .prop_map(|(version, type_id, body)| HeadCopy { version, type_id, body });
    let version = proptest::option::of(dates());
    (statuses(), headers(), bodies(), version, proptest::option::of(head)).prop_map(
        |(status, headers, body, version, head)| {
            Arc::new(StoredResponse { status, headers, body, version, head })
        },
    )
}

fn outcomes() -> impl Strategy<Value = StoredOutcome> {
    prop_oneof![
        responses().prop_map(StoredOutcome::Response),
        (responses(), any::<u64>())
            .prop_map(|(response, shape)| StoredOutcome::Reference { response, shape }),
        (statuses(), proptest::option::of(values()), proptest::option::of(dates())).prop_map(
            |(status, location, version)| StoredOutcome::Tombstone(Tombstone { status, location, version })
        ),
    ]
}

fn any_state() -> impl Strategy<Value = State> {
    let token = || any::<[u8; 16]>().prop_map(FencingToken);
    let claim =
        (token(), fingerprints(), completed_steps(), any::<bool>(), any::<u64>(), durations(), durations());
    prop_oneof![
        claim.prop_map(|(token, fingerprint, steps, unknown, began_at, ran_for, lease)| State::Claimed {
            token,
            fingerprint,
            steps,
            unknown,
            began_at,
            ran_for,
            lease
        }),
        (fingerprints(), completed_steps())
            .prop_map(|(fingerprint, steps)| State::Checkpoint { fingerprint, steps }),
        (token(), fingerprints(), completed_steps(), any::<u64>()).prop_map(
            |(token, fingerprint, steps, began_at)| State::Indeterminate {
                token,
                fingerprint,
                steps,
                began_at
            }
        ),
        (fingerprints(), outcomes(), durations(), durations(), any::<u64>()).prop_map(
            |(fingerprint, outcome, ttl, remember, expires_at)| State::Completed {
                fingerprint,
                outcome,
                ttl,
                remember,
                expires_at
            }
        ),
    ]
}

/// The next whole millisecond, as far as there is a number for it.
fn rounded(duration: Duration) -> Duration {
    let milliseconds = duration.as_millis() + u128::from(!duration.subsec_nanos().is_multiple_of(1_000_000));
    Duration::from_millis(milliseconds.try_into().unwrap_or(u64::MAX))
}

fn with_rounded_durations(mut state: State) -> State {
    match &mut state {
        State::Claimed { ran_for: one, lease: other, .. }
        | State::Completed { ttl: one, remember: other, .. } => {
            (*one, *other) = (rounded(*one), rounded(*other));
        }
        State::Absent | State::Checkpoint { .. } | State::Indeterminate { .. } => {}
    }
    state
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_state_is_read_as_it_was_written(state in any_state()) {
        let entry = Codec::default().encode(ID, &state).unwrap().unwrap();
        let read = decode(&entry.record).unwrap();
        prop_assert_eq!(&read, &with_rounded_durations(state));
        // So that a writer that finds its own bytes knows them.
        prop_assert_eq!(plain(&read), entry.record);
    }
}

#[test]
fn durations_are_rounded_up_to_whole_milliseconds() {
    let longest = Duration::from_millis(u64::MAX);
    for (written, read) in [
        (Duration::ZERO, Duration::ZERO),
        (Duration::from_nanos(1), Duration::from_millis(1)),
        (Duration::from_nanos(999_999), Duration::from_millis(1)),
        (Duration::from_millis(1), Duration::from_millis(1)),
        (Duration::from_nanos(1_000_001), Duration::from_millis(2)),
        (longest.saturating_sub(Duration::from_nanos(1)), longest),
        (longest, longest),
        (longest + Duration::from_nanos(1), longest),
        (Duration::MAX, longest),
    ] {
        let outcome = || StoredOutcome::Response(response());
        let completed = |ttl, remember| State::Completed {
            fingerprint: fingerprint(),
            outcome: outcome(),
            ttl,
            remember,
            expires_at: 1,
        };
        let state = completed(written, written);
        assert_eq!(decode(&plain(&state)).unwrap(), completed(read, read), "{written:?}");
        let _ = state.keep_for();
    }
}

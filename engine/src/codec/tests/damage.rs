//! A record that cannot be read is an error: never a panic, and never "there is none".

use super::super::fields;
use super::*;
use proptest::prelude::*;

#[test]
fn every_changed_byte_is_noticed() {
    for state in states() {
        let record = plain(&state);
        for at in 0..record.len() {
            for change in 1..=u8::MAX {
                let mut changed = record.to_vec();
                changed[at] ^= change;
                assert_unreadable(&changed.into());
            }
        }
    }
}

#[test]
fn every_truncation_is_noticed() {
    for state in states() {
        let record = plain(&state);
        for length in 0..record.len() {
            assert_unreadable(&record.slice(..length));
        }
        assert_unreadable(&[&record[..], &[0]].concat().into());
    }
}

/// The checksum of what is left is right here.
#[test]
fn record_that_ends_within_a_field_is_unreadable() {
    for state in states() {
        let fields = fields_of(&state).concat();
        for length in 0..fields.len() {
            match decode(&record(&fields[..length])) {
                Err(StoreError::Unreadable { .. }) => {}
                Ok(read) => assert_ne!(read, state),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn unknown_codec_is_named() {
    let mut bytes = plain(&states()[0]).to_vec();
    for codec in [0, 3, 255] {
        bytes[0] = codec;
        let error = decode(&bytes.clone().into()).unwrap_err().to_string();
        assert!(error.contains(&format!("codec {codec}")), "{error}");
    }
    assert!(decode(&Bytes::new()).unwrap_err().to_string().contains("empty"));
}

#[test]
fn sealed_record_without_keys_is_unreadable() {
    let mut bytes = plain(&states()[0]).to_vec();
    bytes[0] = 2;
    let error = decode(&bytes.into()).unwrap_err().to_string();
    assert!(error.contains("there is no key ring"), "{error}");
}

#[test]
fn unknown_fields_are_skipped() {
    let known = fields::HEAD_BODY;
    for state in states() {
        let fields = fields_of(&state);
        for at in 0..=fields.len() {
            let mut fields = fields.clone();
            fields.insert(at, field(known + 1, b"of a newer release"));
            fields.insert(at, field(known + 1, b""));
            fields.insert(at, field(u8::MAX, b"\0"));
            fields.insert(at, field(0, b""));
            assert_eq!(decode(&record(&fields.concat())).unwrap(), state);
        }
    }
}

#[test]
fn repeated_field_is_unreadable_unless_it_is_a_step() {
    for state in states() {
        let fields = fields_of(&state);
        for one in &fields {
            let mut repeated = fields.concat();
            repeated.extend_from_slice(one);
            let read = decode(&record(&repeated));
            match (one[0] == fields::STEP, read) {
                (true, Ok(read)) => assert_ne!(read, state),
                (false, Err(StoreError::Unreadable { .. })) => {}
                (_, read) => panic!("tag {}: {read:?}", one[0]),
            }
        }
    }
}

#[test]
fn missing_field_is_unreadable_unless_it_is_optional() {
    use fields::{HEAD, HEAD_BODY, HEADERS, LOCATION, REMEMBER, RENDERED_IN, STEP, TYPED, UNKNOWN, VERSION};
    let optional = [VERSION, TYPED, STEP, UNKNOWN, REMEMBER, HEADERS, RENDERED_IN, LOCATION, HEAD, HEAD_BODY];
    for state in states() {
        let fields = fields_of(&state);
        for at in 0..fields.len() {
            let mut fields = fields.clone();
            let tag = fields.remove(at)[0];
            let read = decode(&record(&fields.concat()));
            match (optional.contains(&tag), read) {
                (true, Ok(read)) => assert_ne!(read, state),
                (false, Err(StoreError::Unreadable { .. })) => {}
                (_, read) => panic!("tag {tag}: {read:?}"),
            }
        }
    }
}

/// A field, in place of the one of its tag in a record.
fn with(state: &State, tag: u8, value: &[u8]) -> Bytes {
    let mut fields = fields_of(state);
    *fields.iter_mut().find(|one| one[0] == tag).unwrap() = field(tag, value);
    record(&fields.concat())
}

#[test]
fn field_of_another_length_is_unreadable() {
    // The others end with what may have any length.
    let fixed = [
        fields::STATE,
        fields::TOKEN,
        fields::FINGERPRINT,
        fields::VERSION,
        fields::TYPED,
        fields::UNKNOWN,
        fields::BEGAN_AT,
        fields::RAN_FOR,
        fields::LEASE,
        fields::TTL,
        fields::REMEMBER,
        fields::EXPIRES_AT,
        fields::OUTCOME,
        fields::STATUS,
        fields::RENDERED_IN,
        fields::SHAPE,
        fields::HEAD,
    ];
    for state in states() {
        for one in fields_of(&state).iter().filter(|one| fixed.contains(&one[0])) {
            let value = &one[5..];
            assert_unreadable(&with(&state, one[0], &[value, &[0]].concat()));
            if let Some((_, shorter)) = value.split_last() {
                assert_unreadable(&with(&state, one[0], shorter));
            }
        }
    }
}

#[test]
fn status_that_is_not_final_is_unreadable() {
    for state in &states()[3..] {
        for status in [0, 99, 100, 101, 199, 1000, u16::MAX] {
            assert_unreadable(&with(state, fields::STATUS, &status.to_le_bytes()));
        }
        for status in [200_u16, 599, 600, 999] {
            let State::Completed { outcome, .. } =
                decode(&with(state, fields::STATUS, &status.to_le_bytes())).unwrap()
            else {
                panic!("not completed")
            };
            assert_eq!(outcome.status().as_u16(), status);
        }
    }
}

#[test]
fn value_that_its_field_cannot_have_is_unreadable() {
    let states = states();
    let (claimed, completed, tombstone) = (&states[0], &states[3], &states[5]);
    let no_day = 20_250_230_u32.to_le_bytes();
    for (state, tag, value) in [
        (claimed, fields::STATE, &[9][..]),
        (claimed, fields::STATE, &[0]),
        (claimed, fields::VERSION, &no_day),
        (claimed, fields::UNKNOWN, &[1]),
        // A name that is longer than its field, and one that is not UTF-8.
        (claimed, fields::STEP, b"shape678\x02\0\0\0a"),
        (claimed, fields::STEP, b"shape678\x01\0\0\0\xff"),
        (completed, fields::OUTCOME, &[9]),
        (completed, fields::RENDERED_IN, &no_day),
        // A name without a value, one that is none, and a value that is none.
        (completed, fields::HEADERS, b"\x01\0\0\0a"),
        (completed, fields::HEADERS, b"\x01\0\0\0 \0\0\0\0"),
        (completed, fields::HEADERS, b"\x01\0\0\0a\x01\0\0\0\n"),
        (completed, fields::HEADERS, b"\x01\0\0\0a\xff\xff\xff\xff"),
        (tombstone, fields::LOCATION, b"\0"),
    ] {
        assert_unreadable(&with(state, tag, value));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn arbitrary_bytes_are_never_read_as_absent(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        assert_unreadable(&bytes.into());
    }

    /// With a checksum that is right, whatever the fields are.
    #[test]
    fn arbitrary_changes_of_fields_are_read_as_a_state_or_not_at_all(
        number in 0..6_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        removed in proptest::option::of(any::<prop::sample::Index>()),
        (moved, to) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let mut fields = fields_of(&states()[number]);
        let one = fields.remove(moved.index(fields.len()));
        fields.insert(to.index(fields.len() + 1), one);
        if let Some(removed) = removed {
            fields.remove(removed.index(fields.len()));
        }
        let mut fields = fields.concat();
        for (at, byte) in changes {
            let at = at.index(fields.len());
            fields[at] = byte;
        }
        match decode(&record(&fields)) {
            Err(StoreError::Unreadable { .. }) => {}
            Ok(state) => {
                prop_assert_ne!(&state, &State::Absent);
                prop_assert_eq!(&decode(&plain(&state)).unwrap(), &state);
            }
            other => panic!("{other:?}"),
        }
    }
}

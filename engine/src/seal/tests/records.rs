use super::*;

#[test]
fn sealed_record_is_read_as_it_was_written() {
    for state in states() {
        let entry = codec(ring()).encode(id(1), &state).unwrap().unwrap();
        assert_eq!(open(ring(), id(1), &entry.record).unwrap(), state);
        assert_eq!((Some(entry.kind), entry.keep_for), (state.kind(), state.keep_for()));
    }
    assert_eq!(codec(ring()).encode(id(1), &State::Absent).unwrap(), None);
    assert_eq!(codec(ring()).decode_found(id(1), None).unwrap(), State::Absent);
}

#[test]
fn sealed_record_contains_no_secret() {
    for state in states() {
        let contains = |record: Bytes| record.windows(SECRET.len()).any(|part| part == SECRET.as_bytes());
        assert!(contains(seal(ring().writes_plain(), id(1), &state)));
        assert!(!contains(seal(ring(), id(1), &state)));
    }
}

#[test]
fn body_shares_the_memory_of_the_decrypted_record() {
    let record = seal(ring(), id(1), &completed());
    let State::Completed { outcome: StoredOutcome::Response(response), .. } =
        open(ring(), id(1), &record).unwrap()
    else {
        panic!("not completed")
    };
    // Behind the body there is nothing, and before it the copy in the newest version after its tag and length.
    let head = response.head.clone().unwrap().body.unwrap();
    assert_eq!(head.as_ptr().wrapping_add(head.len() + 5), response.body.as_ptr());
}

#[test]
fn record_sealed_twice_has_different_bytes() {
    assert_ne!(seal(ring(), id(1), &completed()), seal(ring(), id(1), &completed()));
}

#[test]
fn record_moved_to_another_id_is_unreadable() {
    let record = seal(ring(), id(1), &completed());
    assert!(unreadable(open(ring(), id(2), &record)).contains("sealed as another record"));
}

#[test]
fn every_changed_byte_and_every_truncation_is_unreadable() {
    for state in states() {
        let record = seal(ring(), id(1), &state);
        for at in 0..record.len() {
            for change in [1, 2, 0x80, 0xff] {
                let mut changed = record.to_vec();
                changed[at] ^= change;
                unreadable(open(ring(), id(1), &changed.into()));
            }
            unreadable(open(ring(), id(1), &record.slice(..at)));
        }
        unreadable(open(ring(), id(1), &[&record[..], &[0]].concat().into()));
    }
}

#[test]
fn newest_key_seals_and_all_keys_open() {
    let before = seal(KeyRing::new("old", &OLD), id(1), &completed());
    let after = seal(ring(), id(1), &completed());
    for record in [&before, &after] {
        assert_eq!(open(ring(), id(1), record).unwrap(), completed());
    }
    let later = KeyRing::new("new", &NEW);
    assert_eq!(open(later.clone(), id(1), &after).unwrap(), completed());
    let why = unreadable(open(later, id(1), &before));
    assert!(why.contains("sealed with the key `old`, which the ring lacks"), "{why}");
}

#[test]
fn another_key_of_the_same_id_opens_nothing() {
    let record = seal(ring(), id(1), &completed());
    assert!(unreadable(open(KeyRing::new("new", &OLD), id(1), &record)).contains("damaged"));
}

/// Both keys are in the ring, so that only what is authenticated makes the difference.
#[test]
fn record_that_names_another_key_is_unreadable() {
    let keys = || KeyRing::new("new", &NEW).older("nev", &NEW);
    let mut record = seal(keys(), id(1), &completed()).to_vec();
    assert_eq!(record[2..5], *b"new");
    record[4] = b'v';
    assert!(unreadable(open(keys(), id(1), &record.into())).contains("damaged"));
}

/// Errors go to logs, and whoever can write to the store must not write into them.
#[test]
fn invalid_id_of_a_key_is_not_repeated() {
    for id_of_key in ["a\nlevel", "", &"k".repeat(65), "schl\u{fc}ssel"] {
        let length = u8::try_from(id_of_key.len()).unwrap();
        let mut record = [&[2, length], id_of_key.as_bytes()].concat();
        record.resize(200, 0);
        assert_eq!(unreadable(open(ring(), id(1), &record.into())), "what is sealed of it is incomplete");
    }
}

#[test]
fn plain_records_are_rejected_unless_the_ring_reads_them() {
    let plain = seal(ring().writes_plain(), id(1), &completed());
    assert_eq!(Codec::default().decode(id(1), &plain).unwrap(), completed());
    assert!(unreadable(open(ring(), id(1), &plain)).contains("`KeyRing::reads_plain`"));
    let sealed = seal(ring().reads_plain(), id(1), &completed());
    assert!(unreadable(Codec::default().decode(id(1), &sealed)).contains("there is no key ring"));
    for keys in [ring().reads_plain(), ring().writes_plain()] {
        for record in [&plain, &sealed] {
            assert_eq!(open(keys.clone(), id(1), record).unwrap(), completed());
        }
    }
}

#[test]
fn damaged_plain_record_is_unreadable_with_a_ring_too() {
    let mut plain = seal(ring().writes_plain(), id(1), &completed()).to_vec();
    *plain.last_mut().unwrap() ^= 1;
    assert!(unreadable(open(ring().reads_plain(), id(1), &plain.into())).contains("checksum"));
}

#[test]
fn unknown_codec_is_named_with_a_ring_too() {
    let mut record = seal(ring(), id(1), &completed()).to_vec();
    record[0] = 3;
    assert!(unreadable(open(ring(), id(1), &record.into())).contains("codec 3"));
    assert!(unreadable(open(ring(), id(1), &Bytes::new())).contains("empty"));
}

//! Owners that come too late, or with something else.

use super::*;

/// The winner may be dead, and may be slow: whoever it overtook hears that it is under way, and not that nothing is.
#[test]
fn a_late_owner_waits_for_a_winner_that_has_lapsed_too() {
    let mut record = Record::claimed();
    record.now += 60_000;
    assert_eq!(record.apply(request(7, TWO)), execute());
    record.now += 60_000;
    let before = record.state.clone();
    let lose = Event::Lose { token: ONE, asked: fingerprint(7).into(), version: VERSION };
    for event in [complete(7, ONE, response("slow")), lose] {
        assert_eq!(record.apply(event), Action::InProgress { retry_after: 1 });
        assert_eq!(record.state, before);
    }
}

/// A claim that is asked for again is for what it was asked for.
#[test]
fn its_token_does_not_make_another_request_the_owners() {
    let mut record = Record::claimed();
    assert_eq!(record.apply(request(8, ONE)), mismatch());
    assert_eq!(record.state, Record::claimed().state);
}

/// Whatever a store has made of its two ends.
#[test]
fn an_answer_is_not_forgotten_before_it_expires() {
    let ends = |expires_at, forget_at| {
        let (fingerprint, outcome) = (fingerprint(7), tombstone());
        State::Completed { fingerprint, outcome, expires_at, forget_at }.forget_at()
    };
    assert_eq!((ends(10, 5), ends(5, 10)), (Some(10), Some(10)));
}

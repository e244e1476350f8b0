use super::*;
use crate::idempotency::record::{Fingerprint, StoredResponse, Tombstone};
use bytes::Bytes;
use http::StatusCode;
use proptest::prelude::*;
use std::sync::Arc;

const LEASE: Duration = Duration::from_mins(1);
const TTL: Duration = Duration::from_hours(1);
const ONE: Token = Token([1; 16]);
const TWO: Token = Token([2; 16]);

fn fingerprint(of: u8) -> Fingerprint {
    let mut bytes = [7; Fingerprint::LENGTH];
    bytes[..32].fill(of);
    Fingerprint { algorithm: 2, bytes }
}

fn response(body: &'static str) -> Outcome {
    Outcome::Response(Arc::new(StoredResponse {
        status: StatusCode::CREATED,
        headers: Vec::new(),
        body: Bytes::from_static(body.as_bytes()),
        version: None,
    }))
}

fn tombstone() -> Outcome {
    Outcome::Tombstone(Tombstone { status: StatusCode::OK, location: None, version: None })
}

fn request(of: u8, token: Token) -> Event {
    Event::Request { asked: fingerprint(of).into(), token, lease: LEASE }
}

fn complete(of: u8, token: Token, outcome: Outcome) -> Event {
    Event::Complete { token, asked: fingerprint(of).into(), outcome, ttl: TTL }
}

/// A record and the time, as a store would keep them.
#[derive(Clone, Default)]
struct Record {
    state: State,
    now: u64,
}

impl Record {
    fn apply(&mut self, event: Event) -> Action {
        let Transition { change, action } = step(&self.state, event, self.now);
        match change {
            Change::Keep => {}
            Change::Put(state) => self.state = state,
            Change::Remove => self.state = State::Absent,
        }
        action
    }

    fn claimed() -> Self {
        let mut record = Self { now: 1_000_000, ..Self::default() };
        assert_eq!(record.apply(request(7, ONE)), Action::Execute);
        record
    }

    fn completed(outcome: Outcome) -> Self {
        let mut record = Self::claimed();
        assert_eq!(record.apply(complete(7, ONE, outcome)), Action::Done);
        record
    }
}

#[test]
fn t1_the_first_request_claims() {
    let record = Record::claimed();
    assert_eq!(
        record.state,
        State::Claimed {
            token: ONE,
            fingerprint: fingerprint(7),
            claimed_at: 1_000_000,
            lease_until: 1_060_000
        }
    );
}

#[test]
fn t1_a_claim_whose_answer_was_lost_can_be_asked_for_again() {
    assert_eq!(Record::claimed().apply(request(7, ONE)), Action::Execute);
}

#[test]
fn t2_the_ttl_runs_from_completion() {
    let mut record = Record::claimed();
    record.now += 50_000;
    assert_eq!(record.apply(complete(7, ONE, response("done"))), Action::Done);
    assert_eq!(record.state.expires_at(), Some(1_050_000 + 3_600_000));
}

#[test]
fn t3_a_released_key_is_free_and_may_bring_another_body() {
    let mut record = Record::claimed();
    assert_eq!(record.apply(Event::Release { token: ONE }), Action::Done);
    assert_eq!(record.state, State::Absent);
    assert_eq!(record.apply(request(8, TWO)), Action::Execute);
}

#[test]
fn t3_only_the_owner_releases() {
    let mut record = Record::claimed();
    assert_eq!(record.apply(Event::Release { token: TWO }), Action::Lost);
    assert_eq!(record.state, Record::claimed().state);
}

#[test]
fn t5_a_twin_waits_as_long_as_the_owner_has_run_and_never_longer_than_its_lease() {
    let mut record = Record::claimed();
    for (elapsed, seconds) in [(0, 1), (1, 1), (999, 1), (1001, 2), (29_500, 30), (31_000, 29), (59_999, 1)] {
        record.now = 1_000_000 + elapsed;
        assert_eq!(record.apply(request(7, TWO)), Action::InProgress { retry_after: seconds }, "{elapsed}");
    }
}

#[test]
fn t6_another_fingerprint_is_a_mismatch_in_every_state() {
    for mut record in [Record::claimed(), Record::completed(response("done")), Record::completed(tombstone())]
    {
        let before = record.state.clone();
        assert_eq!(record.apply(request(8, TWO)), Action::Mismatch);
        assert_eq!(record.apply(Event::Look { asked: fingerprint(8).into() }), Action::Mismatch);
        assert_eq!(record.state, before);
    }
    let mut lapsed = Record::claimed();
    lapsed.now += 60_000;
    assert_eq!(lapsed.apply(request(8, TWO)), Action::Mismatch);
}

#[test]
fn t6_another_algorithm_is_not_called_a_mismatch() {
    let unknown = Fingerprint { algorithm: 3, bytes: [7; Fingerprint::LENGTH] };
    let mut record = Record::completed(response("done"));
    assert_eq!(
        record.apply(Event::Request { asked: unknown.into(), token: TWO, lease: LEASE }),
        Action::Incomparable
    );
}

#[test]
fn t7_renewal_moves_the_lease_and_never_back() {
    let mut record = Record::claimed();
    record.now += 20_000;
    assert_eq!(record.apply(Event::Renew { token: ONE, lease: LEASE }), Action::Done);
    assert!(matches!(record.state, State::Claimed { lease_until: 1_080_000, claimed_at: 1_000_000, .. }));
    assert_eq!(record.apply(Event::Renew { token: ONE, lease: Duration::ZERO }), Action::Done);
    assert!(matches!(record.state, State::Claimed { lease_until: 1_080_000, .. }));
    assert_eq!(record.apply(Event::Renew { token: TWO, lease: LEASE }), Action::Lost);
}

#[test]
fn t8_a_lapsed_claim_is_taken_over_under_a_new_token() {
    let mut record = Record::claimed();
    record.now += 59_999;
    assert_eq!(record.apply(request(7, TWO)), Action::InProgress { retry_after: 1 });
    record.now += 1;
    assert_eq!(record.apply(request(7, TWO)), Action::Execute);
    assert!(matches!(record.state, State::Claimed { token: TWO, .. }));
}

#[test]
fn t9_a_completed_record_replays() {
    let mut record = Record::completed(response("done"));
    assert_eq!(record.apply(request(7, TWO)), Action::Replay(response("done")));
    assert_eq!(record.apply(Event::Look { asked: fingerprint(7).into() }), Action::Replay(response("done")));
}

#[test]
fn t10_a_tombstone_replays_as_such() {
    assert_eq!(Record::completed(tombstone()).apply(request(7, TWO)), Action::Replay(tombstone()));
}

#[test]
fn t11_a_slow_owner_hears_what_the_winner_did_and_changes_nothing() {
    let mut record = Record::claimed();
    record.now += 60_000;
    assert_eq!(record.apply(request(7, TWO)), Action::Execute);
    let before = record.state.clone();
    assert_eq!(record.apply(complete(7, ONE, response("slow"))), Action::InProgress { retry_after: 1 });
    assert_eq!(record.apply(Event::Release { token: ONE }), Action::Lost);
    assert_eq!(record.state, before);
    assert_eq!(record.apply(complete(7, TWO, response("winner"))), Action::Done);
    assert_eq!(record.apply(complete(7, ONE, response("slow"))), Action::Replay(response("winner")));
    assert_eq!(record.apply(request(7, ONE)), Action::Replay(response("winner")));
}

#[test]
fn t11_a_late_owner_that_nobody_replaced_completes() {
    let mut record = Record::claimed();
    record.now += 90_000;
    assert_eq!(record.apply(complete(7, ONE, response("late"))), Action::Done);
    assert_eq!(record.apply(request(7, TWO)), Action::Replay(response("late")));
}

#[test]
fn t14_a_look_never_claims() {
    let mut record = Record::default();
    assert_eq!(record.apply(Event::Look { asked: fingerprint(7).into() }), Action::Missing);
    assert_eq!(record.state, State::Absent);
    let mut lapsed = Record::claimed();
    lapsed.now += 60_000;
    assert_eq!(lapsed.apply(Event::Look { asked: fingerprint(7).into() }), Action::Missing);
}

#[test]
fn t17_an_expired_record_is_absent_also_for_another_body() {
    for outcome in [response("done"), tombstone()] {
        let mut record = Record::completed(outcome.clone());
        record.now += 3_599_999;
        assert_eq!(record.apply(request(7, TWO)), Action::Replay(outcome));
        record.now += 1;
        assert_eq!(record.clone().apply(request(7, TWO)), Action::Execute);
        assert_eq!(record.apply(request(8, TWO)), Action::Execute);
    }
}

#[test]
fn t17_a_lost_claim_is_forgotten_in_the_end() {
    let mut record = Record::claimed();
    record.now = record.state.expires_at().unwrap() - 1;
    assert_eq!(record.apply(request(8, TWO)), Action::Mismatch);
    record.now += 1;
    assert_eq!(record.apply(request(8, TWO)), Action::Execute);
}

#[derive(Debug, Clone)]
enum Move {
    Apply(Event),
    Wait(u64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let token = prop_oneof![Just(ONE), Just(TWO), Just(Token([3; 16]))];
    let outcome = prop_oneof![Just(response("a")), Just(response("b")), Just(tombstone())];
    let one = (0..7_u8, token, 1..=2_u8, outcome).prop_flat_map(|(kind, token, of, outcome)| {
        (0..90_000_u64).prop_map(move |wait| match kind {
            0 | 1 => Move::Apply(request(of, token)),
            2 => Move::Apply(Event::Look { asked: fingerprint(of).into() }),
            3 => Move::Apply(complete(of, token, outcome.clone())),
            4 => Move::Apply(Event::Release { token }),
            5 => Move::Apply(Event::Renew { token, lease: LEASE }),
            _ => Move::Wait(wait),
        })
    });
    proptest::collection::vec(one, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Any order of events by three owners, with time passing in between.
    #[test]
    fn no_sequence_of_events_breaks_a_promise(moves in moves()) {
        let mut record = Record::default();
        for one in moves {
            let event = match one {
                Move::Wait(by) => { record.now += by; continue; }
                Move::Apply(event) => event,
            };
            let (before, now) = (record.state.clone(), record.now);
            let action = record.apply(event.clone());
            let alive = before.expires_at().is_some_and(|end| end > now);
            match &before {
                State::Completed { fingerprint, .. } if alive => {
                    prop_assert_eq!(&record.state, &before, "a completed record changed");
                    if let Event::Request { asked, .. } | Event::Look { asked } = &event {
                        prop_assert_eq!(matches!(action, Action::Replay(_)), asked.fingerprint() == *fingerprint);
                    }
                }
                State::Claimed { token: owner, fingerprint, lease_until, .. } if alive => {
                    let by = match &event {
                        Event::Request { token, .. } | Event::Complete { token, .. } | Event::Release { token }
                        | Event::Renew { token, .. } => Some(token),
                        Event::Look { .. } => None,
                    };
                    if by != Some(owner) && record.state != before {
                        let taken_over = matches!(&event, Event::Request { asked, .. } if asked.fingerprint() == *fingerprint)
                            && *lease_until <= now;
                        prop_assert!(taken_over, "a stranger changed a claim");
                    }
                    if by != Some(owner) && *lease_until > now {
                        prop_assert_ne!(&action, &Action::Execute, "two live claims");
                    }
                }
                _ => {
                    let found = matches!(action, Action::Replay(_) | Action::Mismatch | Action::InProgress { .. });
                    prop_assert!(!found, "something was found where nothing is");
                }
            }
        }
    }
}

use super::*;
use crate::idempotency::record::{Step, StoredResponse, Tombstone};
use bytes::Bytes;
use http::StatusCode;
use proptest::prelude::*;
use std::sync::Arc;
use std::time::Duration;

pub(super) const LEASE: Duration = Duration::from_mins(1);
pub(super) const VERSION: Option<Date> = Date::from_ymd(2025, 9, 30);
const TTL: Duration = Duration::from_hours(1);
const ONE: Token = Token([1; 16]);
const TWO: Token = Token([2; 16]);

pub(super) fn fingerprint(of: u8) -> Fingerprint {
    // Its first bytes say what is asked for, the others how to compare.
    let mut bytes = [0; Fingerprint::LENGTH];
    bytes[..32].fill(of);
    Fingerprint { algorithm: 2, bytes }
}

pub(super) fn response(body: &'static str) -> Kept {
    Kept::Response(Arc::new(StoredResponse {
        status: StatusCode::CREATED,
        headers: Vec::new(),
        body: Bytes::from_static(body.as_bytes()),
        version: VERSION,
        newest: None,
    }))
}

fn tombstone() -> Kept {
    Kept::Tombstone(Tombstone { status: StatusCode::OK, location: None, version: VERSION })
}

fn request(of: u8, token: Token) -> Event {
    asking(of, token, OnLost::Reexecute)
}

fn asking(of: u8, token: Token, on_lost: OnLost) -> Event {
    Event::Request(Request { asked: fingerprint(of).into(), version: VERSION, token, lease: LEASE, on_lost })
}

fn complete(of: u8, token: Token, outcome: Kept) -> Event {
    let keep = Keep { ttl: TTL, remember: Duration::ZERO };
    Event::Complete { token, asked: fingerprint(of).into(), outcome, keep }
}

fn step_event(index: usize, token: Token, output: &'static str) -> Event {
    Event::Step { token, index, step: one_step(output), lease: LEASE }
}

pub(super) fn one_step(output: &'static str) -> Step {
    Step { name: "charge".into(), shape: 1, output: Bytes::from_static(output.as_bytes()).into() }
}

fn execute() -> Action {
    Action::Execute { steps: Finished::default() }
}

fn mismatch() -> Action {
    Action::Mismatch { version: VERSION }
}

/// Completed records of these tests expire at one time.
fn replay(record: &Record, outcome: Kept) -> Action {
    let State::Completed { expires_at, .. } = record.state else { panic!("{:?}", record.state) };
    Action::Replay { outcome, expires_at }
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
        assert_eq!(record.apply(request(7, ONE)), execute());
        record
    }

    fn completed(outcome: Kept) -> Self {
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
            version: VERSION,
            steps: Finished::default(),
            unknown: false,
            claimed_at: 1_000_000,
            lease_until: 1_060_000
        }
    );
}

#[test]
fn t1_a_claim_whose_answer_was_lost_can_be_asked_for_again() {
    assert_eq!(Record::claimed().apply(request(7, ONE)), execute());
}

#[test]
fn t2_the_ttl_runs_from_completion() {
    let mut record = Record::claimed();
    record.now += 50_000;
    assert_eq!(record.apply(complete(7, ONE, response("done"))), Action::Done);
    assert_eq!(record.state.forget_at(), Some(1_050_000 + 3_600_000));
}

#[test]
fn t3_a_released_key_is_free_and_may_bring_another_body() {
    let mut record = Record::claimed();
    assert_eq!(record.apply(Event::Release { token: ONE }), Action::Done);
    assert_eq!(record.state, State::Absent);
    assert_eq!(record.apply(request(8, TWO)), execute());
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
        assert_eq!(record.apply(request(8, TWO)), mismatch());
        assert_eq!(record.apply(Event::Look { asked: fingerprint(8).into() }), mismatch());
        assert_eq!(record.state, before);
    }
    let mut lapsed = Record::claimed();
    lapsed.now += 60_000;
    assert_eq!(lapsed.apply(request(8, TWO)), mismatch());
}

#[test]
fn t6_another_algorithm_is_not_called_a_mismatch() {
    let unknown = Fingerprint { algorithm: 3, ..fingerprint(7) };
    let mut record = Record::completed(response("done"));
    assert_eq!(record.apply(Event::Look { asked: unknown.into() }), Action::Incomparable);
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
    assert_eq!(record.apply(request(7, TWO)), execute());
    assert!(matches!(record.state, State::Claimed { token: TWO, .. }));
}

#[test]
fn t9_a_completed_record_replays() {
    let mut record = Record::completed(response("done"));
    {
        let expected = replay(&record, response("done"));
        assert_eq!(record.apply(request(7, TWO)), expected);
    }
    {
        let expected = replay(&record, response("done"));
        assert_eq!(record.apply(Event::Look { asked: fingerprint(7).into() }), expected);
    }
}

#[test]
fn t10_a_tombstone_replays_as_such() {
    let mut record = Record::completed(tombstone());
    let expected = replay(&record, tombstone());
    assert_eq!(record.apply(request(7, TWO)), expected);
}

#[test]
fn t11_a_slow_owner_hears_what_the_winner_did_and_changes_nothing() {
    let mut record = Record::claimed();
    record.now += 60_000;
    assert_eq!(record.apply(request(7, TWO)), execute());
    let before = record.state.clone();
    assert_eq!(record.apply(complete(7, ONE, response("slow"))), Action::InProgress { retry_after: 1 });
    assert_eq!(record.apply(Event::Release { token: ONE }), Action::Lost);
    assert_eq!(record.state, before);
    assert_eq!(record.apply(complete(7, TWO, response("winner"))), Action::Done);
    {
        let expected = replay(&record, response("winner"));
        assert_eq!(record.apply(complete(7, ONE, response("slow"))), expected);
    }
    {
        let expected = replay(&record, response("winner"));
        assert_eq!(record.apply(request(7, ONE)), expected);
    }
}

#[test]
fn t11_a_late_owner_that_nobody_replaced_completes() {
    let mut record = Record::claimed();
    record.now += 90_000;
    assert_eq!(record.apply(complete(7, ONE, response("late"))), Action::Done);
    {
        let expected = replay(&record, response("late"));
        assert_eq!(record.apply(request(7, TWO)), expected);
    }
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
        {
            let expected = replay(&record, outcome);
            assert_eq!(record.apply(request(7, TWO)), expected);
        }
        record.now += 1;
        assert_eq!(record.clone().apply(request(7, TWO)), execute());
        assert_eq!(record.apply(request(8, TWO)), execute());
    }
}

#[test]
fn t17_a_lost_claim_is_forgotten_in_the_end() {
    let mut record = Record::claimed();
    record.now = record.state.forget_at().unwrap() - 1;
    assert_eq!(record.apply(request(8, TWO)), mismatch());
    record.now += 1;
    assert_eq!(record.apply(request(8, TWO)), execute());
}

#[derive(Debug, Clone)]
enum Move {
    Apply(Event),
    Wait(u64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let token = prop_oneof![Just(ONE), Just(TWO), Just(Token([3; 16]))];
    let outcome = prop_oneof![Just(response("a")), Just(response("b")), Just(tombstone())];
    let on_lost = prop_oneof![Just(OnLost::Reexecute), Just(OnLost::Hold), Just(OnLost::Recover)];
    let one = (0..13_u8, token, 1..=2_u8, outcome, on_lost, 0..90_000_u64);
    let one = one.prop_map(|(kind, token, of, outcome, on_lost, wait)| {
        Move::Apply(match kind {
            0..=2 => asking(of, token, on_lost),
            3 => Event::Look { asked: fingerprint(of).into() },
            4 => complete(of, token, outcome),
            5 => Event::Release { token },
            6 => Event::Renew { token, lease: LEASE },
            7 => step_event(0, token, "first"),
            8 => step_event(1, token, "second"),
            9 => Event::Lose { token, asked: fingerprint(of).into(), version: VERSION },
            10 => Event::Settle { outcome: (of == 1).then(|| (outcome, Keep::new(TTL))) },
            11 => Event::Status,
            _ => return Move::Wait(wait),
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
            let alive = before.forget_at().is_some_and(|end| end > now);
            let changed = record.state != before;
            let settled = matches!(event, Event::Settle { .. });
            let by = match &event {
                Event::Request(Request { token, .. }) | Event::Complete { token, .. } | Event::Release { token }
                | Event::Renew { token, .. } | Event::Lose { token, .. } | Event::Step { token, .. } => Some(token),
                Event::Look { .. } | Event::Status | Event::Settle { .. } => None,
            };
            let of = match &event {
                Event::Request(Request { asked, .. }) | Event::Look { asked }
                | Event::Complete { asked, .. } | Event::Lose { asked, .. } => Some(asked.fingerprint()),
                _ => None,
            };
            let runs = matches!(action, Action::Execute { .. } | Action::Recover { .. });
            let asks = matches!(event, Event::Request(_));
            match &before {
                State::Completed { fingerprint, .. } if alive => {
                    prop_assert!(!changed, "a completed record changed");
                    if let Event::Request(Request { asked, .. }) | Event::Look { asked } = &event {
                        let same = asked.matches(fingerprint) == Match::Same;
                        prop_assert_eq!(matches!(action, Action::Replay { .. }), same);
                    }
                }
                State::Claimed { token: owner, fingerprint, lease_until, .. } if alive => {
                    if by != Some(owner) && changed {
                        let same = settled || (asks && of == Some(*fingerprint));
                        prop_assert!(same && *lease_until <= now, "a stranger changed a claim");
                    }
                    if by != Some(owner) && *lease_until > now {
                        prop_assert!(!runs, "two live claims");
                    }
                }
                State::Indeterminate { token: owner, fingerprint, .. } if alive => {
                    prop_assert!(!matches!(action, Action::Execute { .. }), "what is unknown ran again");
                    prop_assert!(!runs || of == Some(*fingerprint), "a recovery for another request");
                    let ended = by == Some(owner) && matches!(event, Event::Complete { .. } | Event::Release { .. });
                    prop_assert!(!changed || settled || ended || runs, "what is unknown changed");
                }
                State::Checkpoint { fingerprint, steps, .. } if alive => {
                    prop_assert!(!changed || settled || of == Some(*fingerprint), "another request changed steps");
                    if let Action::Execute { steps: resumed } = &action {
                        prop_assert_eq!(resumed, steps, "a step was lost");
                    }
                }
                _ => {
                    let found = matches!(
                        action,
                        Action::Replay { .. } | Action::Mismatch { .. } | Action::InProgress { .. }
                            | Action::Unknown { .. } | Action::Expired | Action::Recover { .. }
                    );
                    prop_assert!(!found, "something was found where nothing is");
                }
            }
        }
    }
}

mod carried;
mod late;

/// The states in which a request that runs has been lost, and steps.
mod lost {
    use super::*;

    fn lapsed() -> Record {
        let mut record = Record::claimed();
        record.now += 60_000;
        record
    }

    fn lose(token: Token) -> Event {
        Event::Lose { token, asked: fingerprint(7).into(), version: VERSION }
    }

    const SINCE: u64 = 1_000_000;

    #[test]
    fn t8_a_held_operation_does_not_run_again() {
        let mut record = lapsed();
        assert_eq!(record.apply(asking(7, TWO, OnLost::Hold)), Action::Unknown { since: SINCE });
        assert!(matches!(record.state, State::Indeterminate { token: ONE, .. }));
        for on_lost in [OnLost::Hold, OnLost::Reexecute] {
            assert_eq!(record.apply(asking(7, TWO, on_lost)), Action::Unknown { since: SINCE });
        }
        assert_eq!(record.apply(request(8, TWO)), mismatch());
        // Its owner was slow, and not dead.
        assert_eq!(record.apply(complete(7, ONE, response("late"))), Action::Done);
        assert!(matches!(record.apply(request(7, TWO)), Action::Replay { .. }));
    }

    #[test]
    fn t8_a_recovery_is_claimed_by_one() {
        let mut record = lapsed();
        let recover = Action::Recover { since: SINCE, steps: Finished::NONE };
        assert_eq!(record.apply(asking(7, TWO, OnLost::Recover)), recover);
        assert_eq!(record.apply(asking(7, TWO, OnLost::Recover)), recover, "its answer was lost");
        let other = record.apply(asking(7, Token([3; 16]), OnLost::Recover));
        assert!(matches!(other, Action::InProgress { .. }));
        // The recovery was lost too, or gave up: the outcome is as unknown as before.
        let mut given_up = record.clone();
        assert_eq!(given_up.apply(Event::Release { token: TWO }), Action::Done);
        assert!(matches!(given_up.state, State::Indeterminate { claimed_at: SINCE, .. }));
        assert_eq!(given_up.apply(asking(7, ONE, OnLost::Recover)), recover);
        record.now += 60_000;
        assert_eq!(record.apply(asking(7, ONE, OnLost::Recover)), recover);
        record.now += 60_000;
        assert_eq!(record.apply(request(7, TWO)), Action::Unknown { since: SINCE }, "another policy");
    }

    #[test]
    fn a_recovery_that_gives_up_twice_frees_nothing() {
        for lapses in [false, true] {
            let mut record = lapsed();
            let asked = record.apply(asking(7, TWO, OnLost::Recover));
            assert_eq!(asked, Action::Recover { since: SINCE, steps: Finished::NONE });
            if lapses {
                record.now += 60_000;
                let other = record.apply(asking(7, Token([3; 16]), OnLost::Hold));
                assert_eq!(other, Action::Unknown { since: SINCE });
            }
            for _ in 0..2 {
                let _ = record.apply(Event::Release { token: TWO });
                assert_eq!(record.clone().apply(request(7, ONE)), Action::Unknown { since: SINCE });
            }
        }
    }

    /// What a request asked for is compared as its version has it, also if an operator says how it ended.
    #[test]
    fn what_is_settled_stays_in_the_version_of_its_request() {
        let mut record = lapsed();
        let outcome = Kept::Tombstone(Tombstone { status: StatusCode::OK, location: None, version: None });
        assert_eq!(record.apply(Event::Settle { outcome: Some((outcome, Keep::new(TTL))) }), Action::Done);
        assert_eq!(record.state.version(), VERSION);
        let elsewhere = Asked::from(*record.state.fingerprint().unwrap()).at(Date::from_ymd(2025, 3, 31));
        assert_eq!(record.apply(Event::Look { asked: elsewhere.clone() }), mismatch());
        let here = elsewhere.at(VERSION);
        assert_eq!(record.apply(Event::Look { asked: here }), replay(&record, tombstone()));
    }

    /// What an operator set free in the meantime is another's.
    #[test]
    fn a_late_owner_leaves_the_steps_of_another_request() {
        let mut record = lapsed();
        assert_eq!(record.apply(Event::Settle { outcome: None }), Action::Done);
        assert_eq!(record.apply(request(8, TWO)), execute());
        assert_eq!(record.apply(step_event(0, TWO, "a")), Action::Done);
        assert_eq!(record.apply(Event::Release { token: TWO }), Action::Done);
        let before = record.state.clone();
        assert_eq!(record.apply(complete(7, ONE, response("late"))), mismatch());
        assert_eq!(record.state, before);
        // But who did the same and cannot say how it ended says so of what was set free.
        let mut same = record.clone();
        assert_eq!(
            same.apply(Event::Lose { token: ONE, asked: fingerprint(8).into(), version: VERSION }),
            Action::Done
        );
        assert!(matches!(same.state, State::Indeterminate { ref steps, .. } if steps.len() == 1));
        assert_eq!(record.apply(lose(ONE)), mismatch());
    }

    #[test]
    fn t15_an_operation_that_is_said_to_be_lost_is() {
        let mut record = Record::claimed();
        assert_eq!(record.apply(lose(TWO)), Action::InProgress { retry_after: 1 });
        assert_eq!(record.apply(lose(ONE)), Action::Done);
        assert_eq!(record.apply(request(7, TWO)), Action::Unknown { since: SINCE });
        let mut unclaimed = Record { now: SINCE, ..Record::default() };
        assert_eq!(unclaimed.apply(lose(ONE)), Action::Done);
        assert_eq!(unclaimed.apply(request(7, TWO)), Action::Unknown { since: SINCE });
    }

    #[test]
    fn an_operator_settles_what_is_unknown_and_nothing_else() {
        let keep = Keep::new(TTL);
        let done = || Event::Settle { outcome: Some((tombstone(), keep)) };
        let not_done = || Event::Settle { outcome: None };
        for mut settled in [Record::default(), Record::claimed(), Record::completed(response("done"))] {
            for event in [done(), not_done()] {
                let before = settled.state.clone();
                assert_eq!(settled.apply(event), Action::Lost);
                assert_eq!(settled.state, before);
            }
        }
        let mut unknown = Record::claimed();
        assert_eq!(unknown.apply(lose(ONE)), Action::Done);
        for mut record in [unknown, lapsed()] {
            let mut free = record.clone();
            assert_eq!(free.apply(not_done()), Action::Done);
            assert_eq!(free.apply(request(8, TWO)), Action::EXECUTE);
            assert_eq!(record.apply(done()), Action::Done);
            assert!(matches!(record.apply(request(7, TWO)), Action::Replay { .. }));
        }
    }

    #[test]
    fn t17_an_expired_key_is_refused_as_long_as_it_is_remembered() {
        let mut record = Record::claimed();
        let keep = Keep { ttl: TTL, remember: TTL };
        let complete =
            Event::Complete { token: ONE, asked: fingerprint(7).into(), outcome: tombstone(), keep };
        assert_eq!(record.apply(complete), Action::Done);
        record.now += 3_600_000;
        assert_eq!(record.apply(request(7, TWO)), Action::Expired);
        assert_eq!(record.apply(Event::Status), Action::Expired);
        assert_eq!(record.apply(request(8, TWO)), mismatch());
        record.now += 3_600_000;
        assert_eq!(record.apply(request(8, TWO)), Action::EXECUTE);
    }

    #[test]
    fn t18_a_retry_goes_on_behind_the_last_step() {
        let mut record = Record::claimed();
        assert_eq!(record.apply(step_event(1, ONE, "b")), Action::Lost, "the first one is missing");
        assert_eq!(record.apply(step_event(0, TWO, "a")), Action::Lost);
        assert_eq!(record.apply(step_event(0, ONE, "a")), Action::Done);
        assert_eq!(record.apply(step_event(0, ONE, "a")), Action::Done, "its answer was lost");
        assert_eq!(record.apply(step_event(0, ONE, "other")), Action::Lost);
        assert_eq!(record.apply(step_event(1, ONE, "b")), Action::Done);
        let steps: Finished = [one_step("a"), one_step("b")].into_iter().collect();
        let resumed = Action::Execute { steps };
        let mut released = record.clone();
        assert_eq!(released.apply(Event::Release { token: ONE }), Action::Done);
        assert!(matches!(released.state, State::Checkpoint { .. }));
        assert_eq!(released.apply(request(8, TWO)), mismatch());
        assert_eq!(released.apply(request(7, TWO)), resumed);
        record.now += 60_000;
        assert_eq!(record.apply(request(7, TWO)), resumed);
        assert_eq!(record.apply(step_event(2, ONE, "c")), Action::Lost, "the slow owner is fenced");
        assert_eq!(record.apply(step_event(2, TWO, "c")), Action::Done);
    }

    #[test]
    fn a_step_keeps_the_claim_alive() {
        let mut record = Record::claimed();
        record.now += 50_000;
        assert_eq!(record.apply(step_event(0, ONE, "a")), Action::Done);
        record.now += 50_000;
        assert!(matches!(record.apply(request(7, TWO)), Action::InProgress { .. }));
    }

    #[test]
    fn how_an_operation_stands_is_told_whatever_it_was_asked_for() {
        let mut none = Record::default();
        assert_eq!(none.apply(Event::Status), Action::Missing);
        assert!(matches!(Record::claimed().apply(Event::Status), Action::InProgress { .. }));
        assert!(matches!(Record::completed(tombstone()).apply(Event::Status), Action::Replay { .. }));
    }
}

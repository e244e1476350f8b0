use super::*;
use crate::{StoredResponse, Tombstone, UNSETTLED};
use bytes::Bytes;
use http::StatusCode;
use std::sync::Arc;
use steadfast_core::Date;

mod carried;
mod late;
mod lost;
mod sequences;
mod steps;

pub(super) const LEASE: Duration = Duration::from_mins(1);
const TTL: Duration = Duration::from_hours(1);
const MILLISECOND: Duration = Duration::from_millis(1);
const VERSION: Option<Date> = Date::from_ymd(2025, 9, 30);
/// When the first execution of a test begins.
const BEGAN: u64 = 1_000_000;
const ONE: FencingToken = FencingToken([1; 16]);
const TWO: FencingToken = FencingToken([2; 16]);
const THREE: FencingToken = FencingToken([3; 16]);

pub(super) fn fingerprint(of: u8) -> Fingerprint {
    Fingerprint { version: VERSION, algorithm: 1, bytes: [of; Fingerprint::LENGTH], typed: None }
}

/// Compares requests as a guard does.
pub(super) fn compare(state: &State, request: &Fingerprint) -> Match {
    match state.fingerprint() {
        // Whatever a guard says of a record that is not there, the engine must not look at it.
        None => Match::Incomparable,
        Some(recorded) if recorded.algorithm != request.algorithm => Match::Incomparable,
        Some(recorded) if recorded == request => Match::Same,
        Some(_) => Match::Different,
    }
}

pub(super) fn response(body: &'static str) -> StoredOutcome {
    StoredOutcome::Response(Arc::new(StoredResponse {
        status: StatusCode::CREATED,
        headers: Vec::new(),
        body: Bytes::from_static(body.as_bytes()),
        version: VERSION,
        head: None,
    }))
}

fn tombstone() -> StoredOutcome {
    StoredOutcome::Tombstone(Tombstone { status: StatusCode::OK, location: None, version: VERSION })
}

pub(super) fn a_step(output: &'static str) -> Step {
    Step { name: "charge".into(), shape: 1, output: Bytes::from_static(output.as_bytes()) }
}

fn mismatch() -> Action {
    Action::Mismatch { version: VERSION }
}

/// A record as a store would keep it, and those who send events to it.
#[derive(Clone)]
struct Record {
    state: State,
    age: Duration,
    /// Milliseconds since the Unix epoch, for what is for display.
    clock: u64,
}

impl Record {
    fn absent() -> Self {
        Self { state: State::Absent, age: Duration::ZERO, clock: BEGAN }
    }

    /// A claim of [`ONE`].
    fn claimed() -> Self {
        let mut record = Self::absent();
        assert_eq!(record.request(7, ONE), Action::EXECUTE);
        record
    }

    fn completed(outcome: StoredOutcome) -> Self {
        let mut record = Self::claimed();
        assert_eq!(record.complete(7, ONE, outcome), Action::Applied);
        record
    }

    fn wait(&mut self, time: Duration) {
        self.age += time;
        self.clock += u64::try_from(time.as_millis()).unwrap();
    }

    fn apply(&mut self, event: Event) -> Action {
        let Transition { change, action } = step(&self.state, self.age, event);
        match change {
            Change::Keep => return action,
            Change::Put(state) => self.state = state,
            Change::Remove => self.state = State::Absent,
        }
        self.age = Duration::ZERO;
        action
    }

    fn request(&mut self, of: u8, token: FencingToken) -> Action {
        self.request_with(of, token, OnLost::Reexecute)
    }

    fn request_with(&mut self, of: u8, token: FencingToken, on_lost: OnLost) -> Action {
        let fingerprint = fingerprint(of);
        let matched = compare(&self.state, &fingerprint);
        let now = self.clock;
        self.apply(Event::Request(Request { matched, fingerprint, token, lease: LEASE, on_lost, now }))
    }

    fn peek(&mut self, of: u8) -> Action {
        self.apply(Event::Peek { matched: compare(&self.state, &fingerprint(of)) })
    }

    fn complete(&mut self, of: u8, token: FencingToken, outcome: StoredOutcome) -> Action {
        self.complete_for(of, token, outcome, Keep { ttl: TTL, remember: Duration::ZERO })
    }

    fn complete_for(&mut self, of: u8, token: FencingToken, outcome: StoredOutcome, keep: Keep) -> Action {
        let fingerprint = fingerprint(of);
        let matched = compare(&self.state, &fingerprint);
        let expires_at = self.clock + 3_600_000;
        self.apply(Event::Complete { token, matched, fingerprint, outcome, keep, expires_at })
    }

    fn release(&mut self, token: FencingToken) -> Action {
        self.apply(Event::Release { token })
    }

    fn renew(&mut self, token: FencingToken, lease: Duration) -> Action {
        self.apply(Event::Renew { token, lease })
    }

    fn step(&mut self, index: usize, token: FencingToken, output: &'static str) -> Action {
        self.apply(Event::Step { token, index, step: a_step(output), lease: LEASE })
    }

    fn mark_lost(&mut self, of: u8, token: FencingToken) -> Action {
        let fingerprint = fingerprint(of);
        let matched = compare(&self.state, &fingerprint);
        self.apply(Event::MarkLost { token, matched, fingerprint, now: self.clock })
    }

    fn settle(&mut self, outcome: Option<StoredOutcome>) -> Action {
        let keep = Keep { ttl: TTL, remember: Duration::ZERO };
        let expires_at = self.clock + 3_600_000;
        self.apply(Event::Settle { outcome: outcome.map(|outcome| (outcome, keep, expires_at)) })
    }

    /// The replay of a record that was completed when the first execution began.
    #[track_caller]
    fn replays(&mut self, of: u8, outcome: &StoredOutcome) {
        let State::Completed { expires_at, .. } = self.state else { panic!("{:?}", self.state) };
        let replay = Action::Replay { outcome: outcome.clone(), expires_at };
        assert_eq!(self.peek(of), replay);
        assert_eq!(self.request(of, TWO), replay);
    }
}

#[test]
fn first_request_claims() {
    let claimed = State::Claimed {
        token: ONE,
        fingerprint: fingerprint(7),
        steps: CompletedSteps::NONE,
        unknown: false,
        began_at: BEGAN,
        ran_for: Duration::ZERO,
        lease: LEASE,
    };
    assert_eq!(Record::claimed().state, claimed);
}

#[test]
fn request_with_the_token_of_the_claim_executes_again() {
    let mut record = Record::claimed();
    record.wait(Duration::from_secs(1));
    assert_eq!(record.request(7, ONE), Action::EXECUTE);
    assert_eq!(record.state, Record::claimed().state);
    assert_eq!(record.age, Duration::from_secs(1), "it was written again");
}

#[test]
fn other_request_with_the_token_of_the_claim_is_a_mismatch() {
    let mut record = Record::claimed();
    assert_eq!(record.request(8, ONE), mismatch());
    assert_eq!(record.state, Record::claimed().state);
}

#[test]
fn completion_starts_the_ttl() {
    let mut record = Record::claimed();
    record.wait(Duration::from_secs(50));
    assert_eq!(record.complete(7, ONE, response("done")), Action::Applied);
    assert_eq!((record.age, record.state.keep_for()), (Duration::ZERO, TTL));
}

#[test]
fn released_key_accepts_another_request() {
    let mut record = Record::claimed();
    assert_eq!(record.release(ONE), Action::Applied);
    assert_eq!(record.state, State::Absent);
    assert_eq!(record.request(8, TWO), Action::EXECUTE);
}

#[test]
fn release_with_another_token_changes_nothing() {
    let mut record = Record::claimed();
    assert_eq!(record.release(TWO), Action::ClaimLost);
    assert_eq!(record.state, Record::claimed().state);
}

#[test]
fn duplicate_waits_as_long_as_the_execution_has_run_and_at_most_its_lease() {
    let mut record = Record::claimed();
    let milliseconds = [(0, 1), (1, 1), (999, 1), (1001, 2), (29_500, 30), (31_000, 29), (59_999, 1)];
    for (age, retry_after) in milliseconds {
        record.age = Duration::from_millis(age);
        assert_eq!(record.request(7, TWO), Action::InProgress { retry_after }, "{age}");
    }
    record.age = Duration::from_secs(1) + Duration::from_nanos(1);
    assert_eq!(record.request(7, TWO), Action::InProgress { retry_after: 2 }, "it is rounded up");
}

#[test]
fn duplicate_waits_for_the_time_before_the_last_renewal_too() {
    let mut record = Record::claimed();
    for _ in 0..2 {
        record.wait(Duration::from_secs(10));
        assert_eq!(record.renew(ONE, LEASE), Action::Applied);
    }
    record.wait(Duration::from_secs(3));
    assert_eq!(record.request(7, TWO), Action::InProgress { retry_after: 23 });
}

#[test]
fn other_request_is_a_mismatch_in_every_state() {
    let mut lapsed = Record::claimed();
    lapsed.wait(LEASE);
    let mut unknown = Record::claimed();
    assert_eq!(unknown.mark_lost(7, ONE), Action::Applied);
    let mut checkpoint = Record::claimed();
    assert_eq!(checkpoint.step(0, ONE, "a"), Action::Applied);
    assert_eq!(checkpoint.release(ONE), Action::Applied);
    let completed = [response("done"), tombstone()].map(Record::completed);
    for mut record in [Record::claimed(), lapsed, unknown, checkpoint].into_iter().chain(completed) {
        let before = record.state.clone();
        for on_lost in [OnLost::Reexecute, OnLost::Hold, OnLost::Recover] {
            assert_eq!(record.request_with(8, TWO, on_lost), mismatch(), "{before:?}");
        }
        assert_eq!(record.peek(8), mismatch());
        assert_eq!(record.state, before);
    }
}

#[test]
fn incomparable_request_is_not_reported_as_a_mismatch() {
    let mut record = Record::completed(response("done"));
    assert_eq!(record.apply(Event::Peek { matched: Match::Incomparable }), Action::Incomparable);
}

#[test]
fn comparison_with_a_record_that_is_absent_or_forgotten_is_ignored() {
    let mut forgotten = Record::completed(response("done"));
    forgotten.wait(TTL);
    for record in [Record::absent(), forgotten] {
        for matched in [Match::Same, Match::Different, Match::Incomparable] {
            assert_eq!(record.clone().apply(Event::Peek { matched }), Action::NotFound);
            let (fingerprint, token, lease) = (fingerprint(7), TWO, LEASE);
            let request =
                Request { matched, fingerprint, token, lease, on_lost: OnLost::Recover, now: BEGAN };
            assert_eq!(record.clone().apply(Event::Request(request)), Action::EXECUTE);
        }
    }
}

#[test]
fn renewal_extends_the_lease_and_never_shortens_it() {
    let lease_of = |record: &Record| match record.state {
        State::Claimed { lease, began_at: BEGAN, .. } => lease,
        ref state => panic!("{state:?}"),
    };
    let mut record = Record::claimed();
    record.wait(Duration::from_secs(20));
    assert_eq!(record.renew(ONE, LEASE), Action::Applied);
    assert_eq!((record.age, lease_of(&record)), (Duration::ZERO, LEASE));
    record.wait(Duration::from_secs(20));
    assert_eq!(record.renew(ONE, Duration::from_secs(1)), Action::Applied);
    assert_eq!(lease_of(&record), Duration::from_secs(40), "as much as was left");
    assert_eq!(record.renew(TWO, LEASE), Action::ClaimLost);
    // Its owner was slow, and nobody took over.
    record.wait(Duration::from_secs(50));
    assert_eq!(record.renew(ONE, LEASE), Action::Applied);
    assert_eq!(lease_of(&record), LEASE);
}

#[test]
fn lapsed_claim_is_taken_over_with_a_new_token() {
    let mut record = Record::claimed();
    record.wait(LEASE.saturating_sub(MILLISECOND));
    assert_eq!(record.request(7, TWO), Action::InProgress { retry_after: 1 });
    record.wait(MILLISECOND);
    assert_eq!(record.request(7, TWO), Action::EXECUTE);
    assert!(matches!(record.state, State::Claimed { token: TWO, .. }));
}

#[test]
fn completed_record_replays() {
    for outcome in [response("done"), tombstone()] {
        let mut record = Record::completed(outcome.clone());
        let before = record.state.clone();
        record.replays(7, &outcome);
        assert_eq!(record.state, before);
    }
}

#[test]
fn peek_never_claims() {
    let mut record = Record::absent();
    assert_eq!(record.peek(7), Action::NotFound);
    assert_eq!(record.state, State::Absent);
    let mut lapsed = Record::claimed();
    lapsed.wait(LEASE);
    assert_eq!(lapsed.peek(7), Action::NotFound);
    assert_eq!(lapsed.state, Record::claimed().state);
}

#[test]
fn expired_key_accepts_another_request() {
    for outcome in [response("done"), tombstone()] {
        let mut record = Record::completed(outcome.clone());
        record.wait(TTL.saturating_sub(MILLISECOND));
        record.replays(7, &outcome);
        record.wait(MILLISECOND);
        assert_eq!(record.clone().request(7, TWO), Action::EXECUTE);
        assert_eq!(record.request(8, TWO), Action::EXECUTE);
    }
}

#[test]
fn expired_key_is_rejected_while_it_is_remembered() {
    let mut record = Record::claimed();
    let keep = Keep { ttl: TTL, remember: TTL };
    assert_eq!(record.complete_for(7, ONE, tombstone(), keep), Action::Applied);
    record.wait(TTL);
    assert_eq!(record.request(7, TWO), Action::Expired);
    assert_eq!(record.apply(Event::Status), Action::Expired);
    assert_eq!(record.request(8, TWO), mismatch());
    record.wait(TTL);
    assert_eq!(record.apply(Event::Status), Action::NotFound);
    assert_eq!(record.request(8, TWO), Action::EXECUTE);
}

#[test]
fn status_does_not_depend_on_the_request() {
    assert_eq!(Record::absent().apply(Event::Status), Action::NotFound);
    assert_eq!(Record::claimed().apply(Event::Status), Action::InProgress { retry_after: 1 });
    assert!(matches!(Record::completed(tombstone()).apply(Event::Status), Action::Replay { .. }));
}

#[test]
fn longest_durations_do_not_overflow() {
    let mut record = Record::claimed();
    assert_eq!(record.renew(ONE, Duration::MAX), Action::Applied);
    assert_eq!(record.state.keep_for(), Duration::MAX);
    record.age = Duration::MAX.saturating_sub(MILLISECOND);
    assert_eq!(record.renew(ONE, Duration::MAX), Action::Applied);
    record.age = Duration::MAX.saturating_sub(MILLISECOND);
    assert_eq!(record.request(7, TWO), Action::InProgress { retry_after: 1 });
    let keep = Keep { ttl: Duration::MAX, remember: Duration::MAX };
    assert_eq!(record.complete_for(7, ONE, tombstone(), keep), Action::Applied);
    record.age = Duration::MAX.saturating_sub(MILLISECOND);
    record.replays(7, &tombstone());
}

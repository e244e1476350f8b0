//! What an execution has finished, and when it began, stays with its operation through everything that may become of it.

use super::*;

const SINCE: u64 = 1_000_000;
const THREE: Token = Token([3; 16]);

/// A claim of [`ONE`] with one finished step, `later` after it was made.
fn stepped(later: u64) -> Record {
    let mut record = Record::claimed();
    assert_eq!(record.apply(step_event(0, ONE, "a")), Action::Done);
    record.now += later;
    record
}

fn steps() -> Finished {
    [one_step("a")].into_iter().collect()
}

fn recover() -> Action {
    Action::Recover { since: SINCE, steps: steps() }
}

fn lose(token: Token) -> Event {
    Event::Lose { token, asked: fingerprint(7).into(), version: VERSION }
}

#[test]
fn what_is_said_to_be_lost_is_recovered_with_it() {
    let mut record = stepped(1000);
    assert_eq!(record.apply(lose(ONE)), Action::Done);
    record.now += 1000;
    assert_eq!(record.apply(Event::Status), Action::Unknown { since: SINCE });
    assert_eq!(record.apply(asking(7, TWO, OnLost::Recover)), recover());
    assert_eq!(record.apply(asking(7, TWO, OnLost::Recover)), recover(), "its answer was lost");
}

#[test]
fn what_is_held_is_recovered_with_it() {
    let mut record = stepped(60_000);
    assert_eq!(record.apply(asking(7, TWO, OnLost::Hold)), Action::Unknown { since: SINCE });
    record.now += 1000;
    assert_eq!(record.apply(Event::Status), Action::Unknown { since: SINCE });
    assert_eq!(record.apply(asking(7, TWO, OnLost::Recover)), recover());
}

#[test]
fn a_recovery_goes_on_with_it_however_often_it_fails() {
    let mut record = stepped(60_000);
    for token in [TWO, THREE, TWO] {
        assert_eq!(record.apply(asking(7, token, OnLost::Recover)), recover());
        record.now += 1000;
        match token {
            TWO => assert_eq!(record.apply(Event::Release { token }), Action::Done),
            _ => record.now += 60_000,
        }
    }
    assert_eq!(record.apply(Event::Status), Action::Unknown { since: SINCE });
    assert_eq!(record.apply(asking(7, ONE, OnLost::Recover)), recover());
    // What it does itself is behind that.
    assert_eq!(record.apply(step_event(0, ONE, "b")), Action::Lost);
    assert_eq!(record.apply(step_event(1, ONE, "b")), Action::Done);
}

/// Whoever took it over and says that it is lost may take that back, and nobody else.
#[test]
fn who_says_that_it_is_lost_may_free_it() {
    let mut record = stepped(60_000);
    assert_eq!(record.apply(request(7, TWO)), Action::Execute { steps: steps() });
    assert_eq!(record.apply(lose(TWO)), Action::Done);
    assert_eq!(record.apply(Event::Release { token: ONE }), Action::Lost, "the slow owner frees it");
    assert_eq!(record.apply(complete(7, ONE, response("slow"))), Action::Unknown { since: SINCE + 60_000 });
    assert_eq!(record.apply(Event::Release { token: TWO }), Action::Done);
    assert!(matches!(record.state, State::Checkpoint { .. }));
    assert_eq!(record.apply(request(7, THREE)), Action::Execute { steps: steps() });
}

#[test]
fn what_is_lost_behind_a_checkpoint_is_recovered_with_it() {
    let mut record = stepped(0);
    assert_eq!(record.apply(Event::Release { token: ONE }), Action::Done);
    record.now += 1000;
    assert_eq!(record.apply(lose(ONE)), Action::Done);
    let found = Action::Recover { since: SINCE + 1000, steps: steps() };
    assert_eq!(record.apply(asking(7, TWO, OnLost::Recover)), found);
}

/// A late owner whose key was set free, and who did what the checkpoint is of, has done it.
#[test]
fn a_late_owner_completes_its_own_checkpoint() {
    let mut record = stepped(0);
    assert_eq!(record.apply(Event::Release { token: ONE }), Action::Done);
    assert_eq!(record.apply(complete(7, ONE, response("late"))), Action::Done);
    assert!(matches!(record.apply(request(7, TWO)), Action::Replay { .. }));
}

#[test]
fn a_step_never_shortens_the_lease() {
    let mut record = Record::claimed();
    let short = Event::Step { token: ONE, index: 0, step: one_step("a"), lease: Duration::ZERO };
    assert_eq!(record.apply(short), Action::Done);
    record.now += 59_999;
    assert!(matches!(record.apply(request(7, TWO)), Action::InProgress { .. }));
}

#[test]
fn what_came_to_no_answer_is_remembered_for_thirty_days() {
    const DAYS: u64 = 30 * 24 * 60 * 60 * 1000;
    let mut checkpoint = stepped(0);
    assert_eq!(checkpoint.apply(Event::Release { token: ONE }), Action::Done);
    let mut unknown = Record::claimed();
    assert_eq!(unknown.apply(lose(ONE)), Action::Done);
    let mut claimed = Record::claimed();
    claimed.now += 60_000;
    for mut record in [checkpoint, unknown, claimed] {
        record.now += DAYS - 1;
        assert_eq!(record.apply(request(8, TWO)), mismatch());
        record.now += 1;
        assert_eq!(record.apply(request(8, TWO)), execute());
    }
}

//! The steps of an execution, and when it began, stay with its operation whatever becomes of it.

use super::*;

/// A claim of [`ONE`] with one step, `later` after it was made.
fn stepped(later: Duration) -> Record {
    let mut record = Record::claimed();
    assert_eq!(record.step(0, ONE, "a"), Action::Applied);
    record.wait(later);
    record
}

fn steps() -> CompletedSteps {
    [a_step("a")].into_iter().collect()
}

fn recover() -> Action {
    Action::Recover { since: BEGAN, steps: steps() }
}

#[test]
fn execution_marked_as_lost_is_recovered_with_its_steps() {
    let mut record = stepped(Duration::from_secs(1));
    assert_eq!(record.mark_lost(7, ONE), Action::Applied);
    record.wait(Duration::from_secs(1));
    assert_eq!(record.apply(Event::Status), Action::Unknown { since: BEGAN });
    assert_eq!(record.request_with(7, TWO, OnLost::Recover), recover());
    assert_eq!(record.request_with(7, TWO, OnLost::Recover), recover(), "its reply was lost");
}

#[test]
fn held_execution_is_recovered_with_its_steps() {
    let mut record = stepped(LEASE);
    assert_eq!(record.request_with(7, TWO, OnLost::Hold), Action::Unknown { since: BEGAN });
    record.wait(Duration::from_secs(1));
    assert_eq!(record.apply(Event::Status), Action::Unknown { since: BEGAN });
    assert_eq!(record.request_with(7, TWO, OnLost::Recover), recover());
}

#[test]
fn every_further_recovery_receives_the_steps() {
    let mut record = stepped(LEASE);
    for token in [TWO, THREE, TWO] {
        assert_eq!(record.request_with(7, token, OnLost::Recover), recover());
        record.wait(Duration::from_secs(1));
        match token {
            TWO => assert_eq!(record.release(token), Action::Applied),
            _ => record.wait(LEASE),
        }
    }
    assert_eq!(record.apply(Event::Status), Action::Unknown { since: BEGAN });
    assert_eq!(record.request_with(7, ONE, OnLost::Recover), recover());
    // What the recovery does itself follows the steps that it received.
    assert_eq!(record.step(0, ONE, "b"), Action::ClaimLost);
    assert_eq!(record.step(1, ONE, "b"), Action::Applied);
}

#[test]
fn only_the_owner_that_marked_itself_as_lost_frees_the_operation() {
    let mut record = stepped(LEASE);
    assert_eq!(record.request(7, TWO), Action::Execute { steps: steps() });
    assert_eq!(record.mark_lost(7, TWO), Action::Applied);
    assert_eq!(record.release(ONE), Action::ClaimLost, "the slow owner frees it");
    assert_eq!(record.complete(7, ONE, response("slow")), Action::Unknown { since: BEGAN + 60_000 });
    assert_eq!(record.release(TWO), Action::Applied);
    assert!(matches!(record.state, State::Checkpoint { .. }));
    assert_eq!(record.request(7, THREE), Action::Execute { steps: steps() });
}

#[test]
fn execution_lost_after_its_checkpoint_is_recovered_with_the_steps() {
    let mut record = stepped(Duration::ZERO);
    assert_eq!(record.release(ONE), Action::Applied);
    record.wait(Duration::from_secs(1));
    assert_eq!(record.mark_lost(7, ONE), Action::Applied);
    let found = Action::Recover { since: BEGAN + 1000, steps: steps() };
    assert_eq!(record.request_with(7, TWO, OnLost::Recover), found);
}

#[test]
fn renewed_claim_keeps_its_steps_and_when_it_began() {
    let mut record = stepped(Duration::from_secs(30));
    assert_eq!(record.renew(ONE, LEASE), Action::Applied);
    record.wait(LEASE);
    assert_eq!(record.request_with(7, TWO, OnLost::Recover), recover());
}

#[test]
fn operation_without_an_outcome_is_remembered_for_thirty_days() {
    let mut checkpoint = stepped(Duration::ZERO);
    assert_eq!(checkpoint.release(ONE), Action::Applied);
    let mut unknown = Record::claimed();
    assert_eq!(unknown.mark_lost(7, ONE), Action::Applied);
    let mut lapsed = Record::claimed();
    lapsed.wait(LEASE);
    assert_eq!(UNSETTLED, Duration::from_hours(30 * 24));
    for mut record in [checkpoint, unknown, lapsed] {
        record.wait(UNSETTLED.saturating_sub(MILLISECOND));
        assert_eq!(record.request(8, TWO), mismatch());
        record.wait(MILLISECOND);
        assert_eq!(record.request(8, TWO), Action::EXECUTE);
    }
}

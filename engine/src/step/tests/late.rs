//! Owners that are too late.

use super::*;

#[test]
fn slow_owner_receives_the_outcome_of_the_winner_and_changes_nothing() {
    let mut record = Record::claimed();
    record.wait(LEASE);
    assert_eq!(record.request(7, TWO), Action::EXECUTE);
    let before = record.state.clone();
    assert_eq!(record.complete(7, ONE, response("slow")), Action::InProgress { retry_after: 1 });
    assert_eq!(record.release(ONE), Action::ClaimLost);
    assert_eq!(record.state, before);
    assert_eq!(record.complete(7, TWO, response("winner")), Action::Applied);
    let State::Completed { expires_at, .. } = record.state else { panic!("{:?}", record.state) };
    let replay = Action::Replay { outcome: response("winner"), expires_at };
    assert_eq!(record.complete(7, ONE, response("slow")), replay);
    assert_eq!(record.mark_lost(7, ONE), replay);
    assert_eq!(record.request(7, ONE), replay);
}

#[test]
fn late_owner_completes_if_nobody_took_over() {
    let mut record = Record::claimed();
    record.wait(LEASE * 2);
    assert_eq!(record.complete(7, ONE, response("late")), Action::Applied);
    record.replays(7, &response("late"));
}

/// The winner may be dead, and may be slow.
#[test]
fn late_owner_waits_for_a_winner_whose_lease_lapsed_too() {
    let mut record = Record::claimed();
    record.wait(LEASE);
    assert_eq!(record.request(7, TWO), Action::EXECUTE);
    record.wait(LEASE);
    let before = record.state.clone();
    assert_eq!(record.complete(7, ONE, response("slow")), Action::InProgress { retry_after: 1 });
    assert_eq!(record.mark_lost(7, ONE), Action::InProgress { retry_after: 1 });
    assert_eq!(record.state, before);
}

#[test]
fn late_owner_completes_its_own_checkpoint() {
    let mut record = Record::claimed();
    assert_eq!(record.step(0, ONE, "a"), Action::Applied);
    assert_eq!(record.release(ONE), Action::Applied);
    assert_eq!(record.complete(7, ONE, response("late")), Action::Applied);
    record.replays(7, &response("late"));
}

/// An operator freed the key meanwhile.
#[test]
fn late_owner_leaves_the_checkpoint_of_another_request() {
    let mut record = Record::claimed();
    record.wait(LEASE);
    assert_eq!(record.settle(None), Action::Applied);
    assert_eq!(record.request(8, TWO), Action::EXECUTE);
    assert_eq!(record.step(0, TWO, "a"), Action::Applied);
    assert_eq!(record.release(TWO), Action::Applied);
    let before = record.state.clone();
    assert_eq!(record.complete(7, ONE, response("late")), mismatch());
    assert_eq!(record.mark_lost(7, ONE), mismatch());
    assert_eq!(record.state, before);
    // An owner of the same request does not know its own outcome, and so nobody knows that of the checkpoint.
    assert_eq!(record.mark_lost(8, ONE), Action::Applied);
    assert!(matches!(record.state, State::Indeterminate { ref steps, .. } if steps.len() == 1));
}

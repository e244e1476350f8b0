//! Executions that were lost, and what operators settle.

use super::*;

fn lapsed() -> Record {
    let mut record = Record::claimed();
    record.wait(LEASE);
    record
}

fn recover() -> Action {
    Action::Recover { since: BEGAN, steps: CompletedSteps::NONE }
}

#[test]
fn held_operation_does_not_run_again() {
    let mut record = lapsed();
    assert_eq!(record.request_with(7, TWO, OnLost::Hold), Action::Unknown { since: BEGAN });
    assert!(matches!(record.state, State::Indeterminate { token: ONE, .. }));
    for on_lost in [OnLost::Hold, OnLost::Reexecute] {
        assert_eq!(record.request_with(7, TWO, on_lost), Action::Unknown { since: BEGAN });
    }
    assert_eq!(record.request(8, TWO), mismatch());
    // Its owner was slow, and not dead.
    assert_eq!(record.complete(7, ONE, response("late")), Action::Applied);
    record.replays(7, &response("late"));
}

#[test]
fn lost_execution_is_recovered_by_one_request() {
    let mut record = lapsed();
    assert_eq!(record.request_with(7, TWO, OnLost::Recover), recover());
    assert_eq!(record.request_with(7, TWO, OnLost::Recover), recover(), "its reply was lost");
    let other = record.request_with(7, THREE, OnLost::Recover);
    assert_eq!(other, Action::InProgress { retry_after: 1 });
}

#[test]
fn recovery_that_ends_without_a_result_leaves_the_outcome_unknown() {
    let mut recovering = lapsed();
    assert_eq!(recovering.request_with(7, TWO, OnLost::Recover), recover());
    let mut released = recovering.clone();
    assert_eq!(released.release(TWO), Action::Applied);
    assert!(matches!(released.state, State::Indeterminate { began_at: BEGAN, .. }));
    assert_eq!(released.request_with(7, ONE, OnLost::Recover), recover());
    recovering.wait(LEASE);
    assert_eq!(recovering.request_with(7, ONE, OnLost::Recover), recover());
    recovering.wait(LEASE);
    assert_eq!(recovering.request(7, TWO), Action::Unknown { since: BEGAN }, "another policy");
}

#[test]
fn recovery_released_twice_frees_nothing() {
    for lapses in [false, true] {
        let mut record = lapsed();
        assert_eq!(record.request_with(7, TWO, OnLost::Recover), recover());
        if lapses {
            record.wait(LEASE);
            assert_eq!(record.request_with(7, THREE, OnLost::Hold), Action::Unknown { since: BEGAN });
        }
        for _ in 0..2 {
            let _ = record.release(TWO);
            assert_eq!(record.clone().request(7, ONE), Action::Unknown { since: BEGAN });
        }
    }
}

#[test]
fn duplicate_waits_for_the_recovery_and_not_for_the_lost_execution() {
    let mut record = lapsed();
    assert_eq!(record.request_with(7, TWO, OnLost::Recover), recover());
    record.wait(Duration::from_secs(4));
    assert_eq!(record.request(7, THREE), Action::InProgress { retry_after: 4 });
}

#[test]
fn settled_operation_keeps_the_version_of_its_request() {
    let mut record = lapsed();
    let outcome = Tombstone { status: StatusCode::OK, location: None, version: None };
    assert_eq!(record.settle(Some(StoredOutcome::Tombstone(outcome))), Action::Applied);
    assert_eq!(record.state.version(), VERSION);
    record.replays(7, &tombstone());
}

#[test]
fn version_of_a_settlement_is_not_replaced() {
    let mut record = lapsed();
    let version = Date::from_ymd(2024, 1, 15);
    let outcome = StoredOutcome::Tombstone(Tombstone { status: StatusCode::OK, location: None, version });
    assert_eq!(record.settle(Some(outcome.clone())), Action::Applied);
    record.replays(7, &outcome);
}

#[test]
fn execution_marked_as_lost_does_not_run_again() {
    let mut record = Record::claimed();
    assert_eq!(record.mark_lost(7, TWO), Action::InProgress { retry_after: 1 });
    assert_eq!(record.mark_lost(7, ONE), Action::Applied);
    assert_eq!(record.request(7, TWO), Action::Unknown { since: BEGAN });
    let mut unclaimed = Record::absent();
    assert_eq!(unclaimed.mark_lost(7, ONE), Action::Applied);
    assert_eq!(unclaimed.request(7, TWO), Action::Unknown { since: BEGAN });
}

#[test]
fn operator_settles_only_operations_of_unknown_outcome() {
    for mut record in [Record::absent(), Record::claimed(), Record::completed(response("done"))] {
        for outcome in [Some(tombstone()), None] {
            let before = record.state.clone();
            assert_eq!(record.settle(outcome), Action::ClaimLost);
            assert_eq!(record.state, before);
        }
    }
    let mut unknown = Record::claimed();
    assert_eq!(unknown.mark_lost(7, ONE), Action::Applied);
    let mut checkpoint = Record::claimed();
    assert_eq!(checkpoint.step(0, ONE, "a"), Action::Applied);
    assert_eq!(checkpoint.release(ONE), Action::Applied);
    for mut record in [unknown, checkpoint, lapsed()] {
        let mut free = record.clone();
        assert_eq!(free.settle(None), Action::Applied);
        assert_eq!(free.request(8, TWO), Action::EXECUTE);
        assert_eq!(record.settle(Some(tombstone())), Action::Applied);
        record.replays(7, &tombstone());
    }
}

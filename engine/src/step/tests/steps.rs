//! Executions that record their steps.

use super::*;

#[test]
fn retry_continues_after_the_last_step() {
    let mut record = Record::claimed();
    assert_eq!(record.step(1, ONE, "b"), Action::ClaimLost, "the first one is missing");
    assert_eq!(record.step(0, TWO, "a"), Action::ClaimLost);
    assert_eq!(record.step(0, ONE, "a"), Action::Applied);
    assert_eq!(record.step(0, ONE, "a"), Action::Applied, "its reply was lost");
    assert_eq!(record.step(0, ONE, "other"), Action::ClaimLost);
    assert_eq!(record.step(0, TWO, "a"), Action::ClaimLost);
    assert_eq!(record.step(1, ONE, "b"), Action::Applied);
    let steps: CompletedSteps = [a_step("a"), a_step("b")].into_iter().collect();
    let resumed = Action::Execute { steps };
    let mut released = record.clone();
    assert_eq!(released.release(ONE), Action::Applied);
    assert!(matches!(released.state, State::Checkpoint { .. }));
    assert_eq!(released.request(8, TWO), mismatch());
    assert_eq!(released.request(7, TWO), resumed);
    record.wait(LEASE);
    assert_eq!(record.request(7, TWO), resumed);
    assert_eq!(record.step(2, ONE, "c"), Action::ClaimLost, "the slow owner is fenced");
    assert_eq!(record.step(2, TWO, "c"), Action::Applied);
}

#[test]
fn step_renews_the_lease() {
    let mut record = Record::claimed();
    record.wait(Duration::from_secs(50));
    assert_eq!(record.step(0, ONE, "a"), Action::Applied);
    record.wait(Duration::from_secs(50));
    assert_eq!(record.request(7, TWO), Action::InProgress { retry_after: 10 });
}

#[test]
fn step_never_shortens_the_lease() {
    let mut record = Record::claimed();
    let short = Event::Step { token: ONE, index: 0, step: a_step("a"), lease: Duration::ZERO };
    assert_eq!(record.apply(short), Action::Applied);
    record.wait(LEASE.saturating_sub(MILLISECOND));
    assert_eq!(record.request(7, TWO), Action::InProgress { retry_after: 1 });
}

//! Random sequences of events.

use super::*;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Move {
    Send { kind: u8, token: FencingToken, of: u8, outcome: StoredOutcome, on_lost: OnLost },
    Wait(Duration),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let token = prop_oneof![Just(ONE), Just(TWO), Just(THREE)];
    let outcome = prop_oneof![Just(response("a")), Just(response("b")), Just(tombstone())];
    let on_lost = prop_oneof![Just(OnLost::Reexecute), Just(OnLost::Hold), Just(OnLost::Recover)];
    let one = (0..13_u8, token, 1..=2_u8, outcome, on_lost, 0..90_000_u64);
    let one = one.prop_map(|(kind, token, of, outcome, on_lost, wait)| match kind {
        12 => Move::Wait(Duration::from_millis(wait)),
        _ => Move::Send { kind, token, of, outcome, on_lost },
    });
    proptest::collection::vec(one, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Events of three owners in any order, with time passing in between.
    #[test]
    fn every_sequence_of_events_keeps_the_promises(moves in moves()) {
        let mut record = Record::absent();
        for one in moves {
            let (kind, token, of, outcome, on_lost) = match one {
                Move::Wait(time) => { record.wait(time); continue; }
                Move::Send { kind, token, of, outcome, on_lost } => (kind, token, of, outcome, on_lost),
            };
            let (before, age) = (record.state.clone(), record.age);
            let action = match kind {
                0..=2 => record.request_with(of, token, on_lost),
                3 => record.peek(of),
                4 => record.complete(of, token, outcome),
                5 => record.release(token),
                6 => record.renew(token, LEASE),
                7 => record.step(0, token, "first"),
                8 => record.step(1, token, "second"),
                9 => record.mark_lost(of, token),
                10 => record.settle((of == 1).then_some(outcome)),
                _ => record.apply(Event::Status),
            };
            let by = (!matches!(kind, 3 | 10..)).then_some(token);
            let request = matches!(kind, 0..=4 | 9).then(|| fingerprint(of));
            let (requests, settles, ends) = (kind <= 2, kind == 10, matches!(kind, 4 | 5));
            let alive = before.keep_for() > age;
            let changed = record.state != before;
            let runs = matches!(action, Action::Execute { .. } | Action::Recover { .. });
            match &before {
                State::Completed { fingerprint, .. } if alive => {
                    prop_assert!(!changed, "a completed record changed");
                    if kind <= 3 {
                        let same = request == Some(*fingerprint);
                        prop_assert_eq!(matches!(action, Action::Replay { .. }), same);
                    }
                }
                State::Claimed { token: owner, fingerprint, lease, .. } if alive => {
                    if by != Some(*owner) && changed {
                        let same = settles || (requests && request == Some(*fingerprint));
                        prop_assert!(same && *lease <= age, "a stranger changed a claim");
                    }
                    prop_assert!(by == Some(*owner) || *lease <= age || !runs, "two live claims");
                }
                State::Indeterminate { token: owner, fingerprint, .. } if alive => {
                    prop_assert!(!matches!(action, Action::Execute { .. }), "an unknown outcome, and it ran again");
                    prop_assert!(!runs || request == Some(*fingerprint), "a recovery for another request");
                    let ended = by == Some(*owner) && ends;
                    prop_assert!(!changed || settles || ended || runs, "an unknown outcome was forgotten");
                }
                State::Checkpoint { fingerprint, steps } if alive => {
                    prop_assert!(!changed || settles || request == Some(*fingerprint), "another request changed steps");
                    if let Action::Execute { steps: resumed } = &action {
                        prop_assert_eq!(resumed, steps, "a step is missing");
                    }
                }
                _ => {
                    let found = matches!(
                        action,
                        Action::Replay { .. } | Action::Mismatch { .. } | Action::InProgress { .. }
                            | Action::Unknown { .. } | Action::Expired | Action::Recover { .. }
                            | Action::Incomparable
                    );
                    prop_assert!(!found, "something was found where there is nothing");
                }
            }
        }
    }
}

use super::fingerprint::RequestFingerprint;
use super::vault::Record;
use steadfast_engine::{Action, Event, Match, State, step};

// Both read the body: see `RequestFingerprint::read`.

/// Compares a request with the one that a record was made for.
pub(super) fn compare(request: &RequestFingerprint, record: &Record) -> Match {
    let Some(recorded) = record.state.fingerprint() else { return Match::Same };
    let matched = request.matches(recorded);
    // The value of a request is recorded when its execution ends. Until then a duplicate of another version waits.
    let is_running = matches!(record.state, State::Claimed { lease, .. } if record.age < lease);
    if matched == Match::Different && is_running && request.is_undecided(recorded) {
        return Match::Same;
    }
    matched
}

/// Returns what a request finds that only looks.
pub(super) fn peek(request: &RequestFingerprint, record: &Record) -> Action {
    step(&record.state, record.age, Event::Peek { matched: compare(request, record) }).action
}

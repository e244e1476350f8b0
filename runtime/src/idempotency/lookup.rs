use super::fingerprint::RequestFingerprint;
use super::vault::Record;
use steadfast_engine::{Action, Event, Match, step};

/// Compares a request with the one that a record was made for.
pub(super) fn compare(request: &RequestFingerprint, record: &Record) -> Match {
    record.state.fingerprint().map_or(Match::Same, |recorded| request.matches(recorded))
}

/// Returns what a request finds that only looks.
pub(super) fn peek(request: &RequestFingerprint, record: &Record) -> Action {
    step(&record.state, record.age, Event::Peek { matched: compare(request, record) }).action
}

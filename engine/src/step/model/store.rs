use super::Deviation;
use crate::State;
use std::rc::Rc;
use std::time::Duration;

/// A store with one key.
#[derive(Debug, Clone)]
pub(super) struct Store {
    entry: Option<Rc<Entry>>,
    now: Duration,
    last_revision: u64,
    deviation: Deviation,
}

#[derive(Debug)]
struct Entry {
    state: State,
    written_at: Duration,
    revision: u64,
}

/// An entry as it was found; the state is absent if there is none.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) state: State,
    pub(super) age: Duration,
    pub(super) revision: Option<u64>,
}

impl Found {
    pub(super) const NOTHING: Self = Self { state: State::Absent, age: Duration::ZERO, revision: None };
}

impl Entry {
    fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.written_at)
    }
}

impl Store {
    pub(super) fn new(deviation: Deviation) -> Self {
        Self { entry: None, now: Duration::ZERO, last_revision: 0, deviation }
    }

    pub(super) fn load(&self) -> Found {
        match self.entry.as_deref().filter(|_| !self.is_forgotten()) {
            Some(entry) => {
                Found { state: entry.state.clone(), age: entry.age(self.now), revision: Some(entry.revision) }
            }
            None => Found::NOTHING,
        }
    }

    /// Returns `true` if the write took effect.
    pub(super) fn swap(&mut self, expected: Option<u64>, new: &State) -> bool {
        if !self.expects(expected) {
            return false;
        }
        self.entry = match new {
            State::Absent => None,
            state => {
                self.last_revision += 1;
                let (written_at, revision) = (self.now, self.last_revision);
                Some(Rc::new(Entry { state: state.clone(), written_at, revision }))
            }
        };
        if self.entry.is_none() && self.deviation == Deviation::CountsRevisionsAnew {
            self.last_revision = 0;
        }
        true
    }

    /// Whether a write that expects this revision takes effect.
    pub(super) fn expects(&self, expected: Option<u64>) -> bool {
        let there = self.entry.as_ref().map(|entry| entry.revision);
        match self.deviation {
            Deviation::SwapsBlindly if expected.is_some() => true,
            Deviation::InsertsBlindly if expected.is_none() => true,
            Deviation::SwapsForgotten if self.is_forgotten() => expected.is_none() || expected == there,
            _ => expected == self.load().revision,
        }
    }

    /// Whether a write that expects this revision may take effect some time.
    pub(super) fn may_expect(&self, expected: Option<u64>) -> bool {
        // No revision is used again.
        let right = matches!(self.deviation, Deviation::None | Deviation::SwapsForgotten);
        !right || expected.is_none() || self.expects(expected)
    }

    pub(super) fn wait(&mut self, time: Duration) {
        self.now += time;
    }

    pub(super) fn is_forgotten(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.state.keep_for() <= entry.age(self.now))
    }

    /// When something ends next, from now.
    pub(super) fn next_end(&self) -> Option<Duration> {
        let Found { state, age, .. } = self.load();
        let first = match state {
            State::Claimed { lease, .. } => lease,
            State::Completed { ttl, .. } => ttl,
            _ => Duration::ZERO,
        };
        [first, state.keep_for()]
            .into_iter()
            .filter_map(|end| end.checked_sub(age))
            .find(|left| !left.is_zero())
    }

    /// Equal for stores that differ only in how late it is.
    pub(super) fn key(&self, key: &mut Vec<u64>) {
        let Some(entry) = &self.entry else {
            key.push(0);
            return;
        };
        let Entry { state, revision, .. } = &**entry;
        let left = |end: Duration| end.saturating_sub(entry.age(self.now)).as_secs();
        let (first, second) = match state {
            State::Claimed { lease, .. } => (left(*lease), u64::from(self.is_forgotten())),
            State::Completed { ttl, .. } => (left(*ttl), left(state.keep_for())),
            state => (left(state.keep_for()), 0),
        };
        key.extend([bytes(state), first << 32 | second]);
        if self.deviation == Deviation::CountsRevisionsAnew {
            key.push(*revision);
        }
    }

    /// What of a revision makes a difference.
    pub(super) fn key_of_revision(&self, expected: Option<u64>) -> u64 {
        match (self.deviation, expected) {
            (Deviation::CountsRevisionsAnew, Some(revision)) => 2 + revision,
            (_, Some(_)) => 1 + u64::from(self.expects(expected)),
            (_, None) => 0,
        }
    }
}

/// The bytes of a record, as far as the model tells them apart.
pub(super) fn bytes(state: &State) -> u64 {
    let letter = |text: &[u8]| text.first().copied().unwrap_or_default();
    let unknown = matches!(state, State::Claimed { unknown: true, .. });
    let (kind, token, steps, lease, body) = match state {
        State::Absent => return 0,
        State::Claimed { token, steps, lease, .. } => (1, token.0[0], Some(steps), lease.as_secs(), 0),
        State::Checkpoint { steps, .. } => (2, 0, Some(steps), 0, 0),
        State::Indeterminate { token, steps, .. } => (3, token.0[0], Some(steps), 0, 0),
        State::Completed { outcome, .. } => (
            4,
            0,
            None,
            0,
            match outcome {
                crate::StoredOutcome::Response(response) => letter(&response.body),
                _ => 0,
            },
        ),
    };
    // At most one.
    let step = steps.and_then(|steps| steps.get(0)).map_or(0, |step| letter(&step.output));
    let of = state.fingerprint().map_or(0, |fingerprint| fingerprint.bytes[0]);
    let lease = u8::try_from(lease).unwrap_or(u8::MAX);
    u64::from_le_bytes([kind, token, of, step, lease, body, u8::from(unknown), 0])
}

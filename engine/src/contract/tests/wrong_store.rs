use crate::clock::{Clock, FixedClock};
use crate::idempotency::{
    Action, BoxFuture, Change, Event, Fingerprint, Finished, Kept, RecordId, Sealed, State, StepOutput,
    Store, StoreError, StoredResponse, step,
};
use http::StatusCode;
use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum StoreFault {
    /// The record is read under one lock and written under another.
    SeparateLocks,
    /// The record is read, waited for, and written.
    CompletesInSteps,
    RenewsInSteps,
    ReleasesInSteps,
    /// A column that is too narrow.
    ShortIds,
    ShortTokens,
    ShortFingerprints,
    /// The algorithm is not stored.
    NoAlgorithm,
    /// The algorithm is not compared.
    AnyAlgorithm,
    /// Records have the lease as their time-to-live.
    ClaimsEndWithTheirLease,
    /// A renewal is written as a new claim.
    RenewalBegins,
    /// Of which type an id is, is not stored.
    OneKindOfReference,
    /// An id is taken for a body.
    ReferencesAreBodies,
    /// What is sealed is stored as if it were an answer.
    SealIsAnAnswer,
    /// What is sealed is stored as if it were an output.
    SealIsAnOutput,
    /// That a claim is one of a recovery is not stored.
    RecoveriesAreExecutions,
    /// What was finished goes with the claim.
    UnknownHasNoSteps,
    /// A record that is younger than now is taken for garbage.
    NothingIsFromTheFuture,
}

pub(super) struct WrongStore {
    fault: Option<StoreFault>,
    records: Mutex<HashMap<RecordId, State>>,
    clock: FixedClock,
}

impl WrongStore {
    pub(super) fn new(fault: Option<StoreFault>, clock: FixedClock) -> Self {
        Self { fault, records: Mutex::default(), clock }
    }

    async fn apply_wrongly(&self, mut id: RecordId, mut event: Event) -> Action {
        let in_steps = match self.fault {
            Some(StoreFault::SeparateLocks) => true,
            Some(StoreFault::CompletesInSteps) => matches!(event, Event::Complete { .. }),
            Some(StoreFault::RenewsInSteps) => matches!(event, Event::Renew { .. }),
            Some(StoreFault::ReleasesInSteps) => matches!(event, Event::Release { .. }),
            _ => false,
        };
        self.narrow(&mut id, &mut event);
        let now = u64::try_from(self.clock.now().as_millis()).unwrap();
        if !in_steps {
            let mut records = self.records.lock().unwrap();
            let state = records.get(&id).cloned().unwrap_or_default();
            return self.write(&mut records, id, &self.read(state, now), event, now);
        }
        let state = self.records.lock().unwrap().get(&id).cloned().unwrap_or_default();
        if self.fault != Some(StoreFault::SeparateLocks) {
            tokio::task::yield_now().await;
        }
        self.write(&mut self.records.lock().unwrap(), id, &state, event, now)
    }

    fn narrow(&self, id: &mut RecordId, event: &mut Event) {
        if self.fault == Some(StoreFault::ShortIds) {
            id.0[2..].fill(0);
        }
        if let Event::Request(crate::idempotency::Request { token, .. })
        | Event::Complete { token, .. }
        | Event::Release { token }
        | Event::Renew { token, .. } = event
            && self.fault == Some(StoreFault::ShortTokens)
        {
            token.0[8..].fill(0);
        }
        if let Event::Request(crate::idempotency::Request { asked, .. })
        | Event::Look { asked }
        | Event::Complete { asked, .. } = event
        {
            let mut fingerprint = asked.fingerprint();
            match self.fault {
                Some(StoreFault::ShortFingerprints) => fingerprint.bytes[31] = 0,
                Some(StoreFault::AnyAlgorithm) => fingerprint.algorithm = 2,
                _ => {}
            }
            *asked = fingerprint.into();
        }
        match (self.fault, event) {
            (Some(StoreFault::SealIsAnAnswer), Event::Complete { outcome, .. }) => unseal(outcome),
            (Some(StoreFault::SealIsAnOutput), Event::Step { step, .. }) => {
                if let StepOutput::Sealed(Sealed(bytes)) = &step.output {
                    step.output = StepOutput::Plain(bytes.clone());
                }
            }
            _ => {}
        }
    }

    fn read(&self, state: State, now: u64) -> State {
        match (self.fault, &state) {
            (Some(StoreFault::ClaimsEndWithTheirLease), State::Claimed { lease_until, .. })
                if *lease_until <= now =>
            {
                State::Absent
            }
            (Some(StoreFault::NothingIsFromTheFuture), State::Claimed { claimed_at, .. })
                if *claimed_at > now =>
            {
                State::Absent
            }
            _ => state,
        }
    }

    fn write(
        &self,
        records: &mut HashMap<RecordId, State>,
        id: RecordId,
        state: &State,
        event: Event,
        now: u64,
    ) -> Action {
        let renews = matches!(event, Event::Renew { .. });
        let transition = step(state, event, now);
        match transition.change {
            Change::Keep => {}
            Change::Put(mut state) => {
                if let State::Claimed { claimed_at, .. } = &mut state
                    && renews
                    && self.fault == Some(StoreFault::RenewalBegins)
                {
                    *claimed_at = now;
                }
                match (self.fault, &mut state) {
                    (Some(StoreFault::RecoveriesAreExecutions), State::Claimed { unknown, .. }) => {
                        *unknown = false;
                    }
                    (Some(StoreFault::UnknownHasNoSteps), State::Indeterminate { steps, .. }) => {
                        *steps = Finished::default();
                    }
                    _ => {}
                }
                if let State::Claimed { fingerprint: Fingerprint { algorithm, .. }, .. }
                | State::Completed { fingerprint: Fingerprint { algorithm, .. }, .. } = &mut state
                    && self.fault == Some(StoreFault::NoAlgorithm)
                {
                    *algorithm = 2;
                }
                if let State::Completed { outcome, .. } = &mut state
                    && let Kept::Reference { response, .. } = outcome
                {
                    match self.fault {
                        Some(StoreFault::OneKindOfReference) => {
                            *outcome = Kept::Reference { response: response.clone(), shape: 0 };
                        }
                        Some(StoreFault::ReferencesAreBodies) => {
                            *outcome = Kept::Response(response.clone());
                        }
                        _ => {}
                    }
                }
                records.insert(id, state);
            }
            Change::Remove => {
                records.remove(&id);
            }
        }
        transition.action
    }
}

fn unseal(outcome: &mut Kept) {
    if let Kept::Sealed { version, sealed: Sealed(body) } = outcome {
        let (status, headers) = (StatusCode::OK, Vec::new());
        let response =
            StoredResponse { status, headers, body: body.clone(), version: *version, newest: None };
        *outcome = Kept::Response(response.into());
    }
}

impl Store for WrongStore {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move { Ok(self.apply_wrongly(id, event).await) })
    }
}

use super::claim::Claim;
use super::{problems, telemetry};
use crate::idempotency_policy::InProgress;
use crate::outcome::Disposition;
use crate::problem::Problem;
use crate::transform::type_id;
use crate::wire::stored;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use steadfast_engine::{Action, CompletedSteps, RecordId, Step, StoreError};
use tokio::time::sleep;

/// An extractor of idempotent endpoints: runs an operation in steps, so that a retry after a crash or an error goes on
/// behind the last one that was finished.
///
/// The output of each step is stored with the operation's record. A step that was interrupted is run again; so what it
/// asks of another service carries a key of its own, [`Steps::key`], which is the same in every attempt.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::idempotency::{StepError, Steps};
/// use steadfast::{Created, Problem, Versioned};
///
/// #[derive(Serialize, Deserialize)]
/// struct Charge {
///     id: String,
/// }
///
/// async fn charge_card(key: &str) -> Result<Charge, Problem> {
///     Ok(Charge { id: format!("ch_{key}") })
/// }
///
/// async fn book(charge: &Charge) -> Result<u64, Problem> {
///     Ok(charge.id.len() as u64)
/// }
///
/// async fn pay(mut steps: Steps) -> Result<Created<Versioned<u64>>, Problem> {
///     let key = steps.key("charge");
///     let charge = steps.run("charge", || charge_card(&key)).await?;
///     let booking = steps.run("book", || book(&charge)).await?;
///     Ok(Created::at(format!("/bookings/{booking}"), Versioned(booking)))
/// }
/// ```
///
/// Steps run one after the other, in the same order in every attempt. If a release of the program asks for other steps
/// than those that an operation has finished, or for another type of output, the operation stops with a
/// [`StepError`] and keeps what it has. If the store has no room for the output of a step, the operation waits until it
/// has.
#[derive(Debug)]
#[must_use]
pub struct Steps {
    progress: Progress,
    finished: CompletedSteps,
    next: usize,
}

impl Steps {
    /// Runs a step, unless it was finished by an earlier attempt: then its output is read from the record.
    ///
    /// The output is stored as JSON; types with a history in their newest shape, which later releases still read.
    ///
    /// # Errors
    /// That of the step, after which nothing is recorded; or a [`StepError`].
    pub async fn run<T, E, F, Fut>(&mut self, name: &str, step: F) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: From<StepError>,
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        let index = self.next;
        let shape = type_id::<T>();
        if let Some(finished) = self.finished.get(index) {
            let output = if *finished.name == *name && finished.shape == shape {
                stored(|| serde_json::from_slice(&finished.output)).ok()
            } else {
                None
            };
            self.next += 1;
            return output.ok_or_else(|| StepError::changed(name, index, &finished.name).into());
        }
        let output = step().await?;
        let recorded =
            stored(|| serde_json::to_vec(&output)).map_err(|error| StepError::unwritten(name, &error))?;
        let step = Step { name: name.into(), shape, output: Bytes::from(recorded) };
        self.progress.record(index, step).await?;
        self.next += 1;
        Ok(output)
    }

    /// The idempotency key that a step sends to another service: a UUID that is the same in every attempt of this
    /// operation, and differs from those of other steps and operations.
    pub fn key(&self, step: &str) -> String {
        derived_key(self.progress.0.id, step)
    }

    /// How many steps earlier attempts have finished.
    pub fn finished(&self) -> usize {
        self.finished.len()
    }
}

/// The key that an operation sends to another service in one of its steps.
pub(super) fn derived_key(id: RecordId, step: &str) -> String {
    let digest = Sha256::new().chain_update(id.0).chain_update(step.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    // Version 8: made as its maker likes (RFC 9562 section 5.8).
    uuid::Uuid::new_v8(bytes).to_string()
}

/// The place of an execution's steps: a request extension.
#[derive(Clone)]
pub(super) struct Progress(Arc<Shared>);

struct Shared {
    /// The record that keys are derived from.
    id: RecordId,
    /// The claim whose record keeps the steps; none without a record.
    claim: Option<Arc<Claim>>,
    /// The steps of earlier attempts, until they are taken.
    finished: Mutex<Option<CompletedSteps>>,
}

impl Progress {
    /// Of an execution without a record: its steps run, and nothing keeps them.
    pub(super) fn unrecorded() -> Result<Self, getrandom::Error> {
        let mut id = [0; 32];
        // No two attempts are known to be one operation: what they ask of another service has no key in common.
        getrandom::fill(&mut id)?;
        Ok(Self::of(RecordId(id), None, CompletedSteps::NONE))
    }

    pub(super) fn new(claim: Arc<Claim>, finished: CompletedSteps) -> Self {
        Self::of(claim.id(), Some(claim), finished)
    }

    fn of(id: RecordId, claim: Option<Arc<Claim>>, finished: CompletedSteps) -> Self {
        Self(Arc::new(Shared { id, claim, finished: Mutex::new(Some(finished)) }))
    }

    async fn record(&self, index: usize, step: Step) -> Result<(), StepError> {
        let Some(claim) = &self.0.claim else { return Ok(()) };
        let mut pause = Duration::from_millis(50);
        loop {
            match claim.step(index, step.clone()).await {
                Ok(Action::Applied) => return Ok(()),
                Ok(_) => return Err(StepError(Why::Lost)),
                // The step is done, and is not to be done again because of a full disk. Nobody takes the claim over from
                // a store that is full, and nothing else begins.
                Err(StoreError::Full) => {
                    sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(2));
                }
                Err(error) => return Err(StepError(Why::Store(error))),
            }
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Progress").field(&self.0.id).finish()
    }
}

impl<S: Sync> FromRequestParts<S> for Steps {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let taken = parts.extensions.get::<Progress>().and_then(|progress| {
            let finished = progress.0.finished.lock().unwrap_or_else(PoisonError::into_inner).take()?;
            Some(Self { progress: progress.clone(), finished, next: 0 })
        });
        taken.ok_or_else(|| {
            telemetry::misused(
                "`Steps` were extracted twice, or outside an idempotent endpoint with a record",
            );
            problems::internal()
        })
    }
}

/// Why an operation cannot go on in its steps.
///
/// As an answer it is a [`Problem`] after which a retry goes on behind what is recorded.
#[derive(Debug)]
pub struct StepError(Why);

#[derive(Debug)]
enum Why {
    /// The record has another step in this place, or an output of another type.
    Changed(String),
    /// The output cannot be written as JSON.
    Unwritten(String),
    /// Another execution has taken the place of this one.
    Lost,
    /// The step is done, and that could not be recorded; or it was, and cannot be read.
    Store(StoreError),
}

impl StepError {
    fn changed(name: &str, index: usize, found: &str) -> Self {
        let why = if name == found {
            format!("the recorded output of step {index}, `{name}`, has another type")
        } else {
            format!("step {index} is `{name}`, and the record has finished `{found}` in its place")
        };
        telemetry::step_failed(&why);
        Self(Why::Changed(why))
    }

    fn unwritten(name: &str, error: &serde_json::Error) -> Self {
        let why = format!("the output of step `{name}` cannot be written as JSON: {error}");
        telemetry::step_failed(&why);
        Self(Why::Unwritten(why))
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Why::Changed(why) | Why::Unwritten(why) => f.write_str(why),
            Why::Lost => f.write_str("another execution has taken the place of this one"),
            Why::Store(error) if error.is_unreadable() => error.fmt(f),
            Why::Store(error) => write!(f, "a finished step could not be recorded: {error}"),
        }
    }
}

impl std::error::Error for StepError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Why::Store(error) => Some(error),
            Why::Changed(_) | Why::Unwritten(_) | Why::Lost => None,
        }
    }
}

impl From<StepError> for Problem {
    fn from(error: StepError) -> Self {
        let problem = match error.0 {
            Why::Changed(_) | Why::Unwritten(_) => problems::internal(),
            Why::Lost => problems::problem_for(InProgress::default(), &Action::InProgress { retry_after: 1 }),
            Why::Store(error) => problems::store_error(&error),
        };
        // Whatever statuses the endpoint keeps: recorded as the answer, it would end the operation between two steps.
        problem.judged(Disposition::Retryable)
    }
}

impl IntoResponse for StepError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_by_operation_and_step_and_stay_the_same() {
        let (one, two) = (RecordId([1; 32]), RecordId([2; 32]));
        assert_eq!(derived_key(one, "charge"), derived_key(one, "charge"));
        assert_ne!(derived_key(one, "charge"), derived_key(two, "charge"));
        assert_ne!(derived_key(one, "charge"), derived_key(one, "refund"));
        // Another service has stored it: it must not change between releases.
        assert_eq!(derived_key(one, "charge"), "70d6496c-01a1-8fc9-a16b-d8a7c84e52dd");
    }

    /// Two that begin behind the same steps would each run the next one.
    #[tokio::test]
    async fn they_are_one_execution_s_and_taken_once() {
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.extensions.insert(Progress::unrecorded().unwrap());
        let steps = Steps::from_request_parts(&mut parts, &()).await.unwrap();
        assert_eq!(steps.finished(), 0);
        drop(steps);
        assert_eq!(Steps::from_request_parts(&mut parts, &()).await.unwrap_err().status(), 500);
    }

    /// An endpoint may keep answers of any status.
    #[test]
    fn that_it_cannot_go_on_is_no_answer_of_the_operation() {
        for why in [
            Why::Changed(String::new()),
            Why::Unwritten(String::new()),
            Why::Lost,
            Why::Store(StoreError::unavailable("down")),
            Why::Store(StoreError::unreadable("another release")),
        ] {
            let response = StepError(why).into_response();
            let facts = response.extensions().get::<crate::outcome::ResponseFacts>();
            assert_eq!(facts.unwrap().disposition, Some(Disposition::Retryable), "{response:?}");
        }
    }
}

//! What handlers do: they work, charge a customer, and end in one way or another.

use crate::api::{Charge, Money, NewCharge};
use crate::database::Simulated;
use crate::network::sleep;
use crate::witness::{End, Execution};
use crate::world::{running, with};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::panic::resume_unwind;
use steadfast::idempotency::{Recovery, StepError, Steps};
use steadfast::{Created, DescribeResponse, Problem, Tx, Versioned};

/// An answer that is no success.
#[derive(Debug)]
pub(crate) enum Refusal {
    Status(StatusCode, usize),
    Step(StepError),
}

impl From<StepError> for Refusal {
    fn from(error: StepError) -> Self {
        Self::Step(error)
    }
}

impl DescribeResponse for Refusal {
    type Body = Problem;
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Status(status, execution) => (status, refusal_body(execution)).into_response(),
            Self::Step(error) => error.into_response(),
        }
    }
}

/// The body of an answer that is no success.
pub(crate) fn refusal_body(execution: usize) -> String {
    format!("execution {execution} refuses")
}

/// What an execution is going to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    pub(crate) before: u64,
    /// A status that is a success charges.
    pub(crate) end: Ending,
    /// Whether it charges before a panic.
    pub(crate) charges: bool,
    pub(crate) after: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Answer(u16),
    Panic,
}

/// An execution that ends with this, at the latest.
struct Running {
    number: usize,
    script: Script,
    new: NewCharge,
}

impl Running {
    fn begin(new: NewCharge) -> Self {
        let key = new.customer_id.bytes().last().map_or(0, |digit| usize::from(digit - b'0'));
        let (number, script) = with(|world| world.begins(running(), key, new.amount.value));
        Self { number, script, new }
    }

    /// Whether it charges.
    fn charges(&self) -> bool {
        match self.script.end {
            Ending::Answer(status) => status < 300,
            Ending::Panic => self.script.charges,
        }
    }

    fn charge(&self) {
        with(|world| world.charges(self.number));
    }

    fn end(self) -> Result<Created<Versioned<Charge>>, Refusal> {
        let (number, end) = (self.number, self.script.end);
        match end {
            Ending::Panic => {
                with(|world| world.ends(number, End::Panicked));
                // Without the hook, which would print.
                resume_unwind(Box::new("a handler panics"))
            }
            Ending::Answer(status) => {
                with(|world| world.ends(number, End::Answered(status)));
                if status < 300 {
                    return Ok(answer(number, self.new.clone()));
                }
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                Err(Refusal::Status(status, number))
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        with(|world| world.ends(self.number, End::Died));
    }
}

fn answer(number: usize, new: NewCharge) -> Created<Versioned<Charge>> {
    let execution = u32::try_from(number).unwrap_or(u32::MAX);
    let charge = Charge { execution, amount: new.amount, customer_id: new.customer_id };
    Created::at(format!("/charges/{number}"), Versioned(charge))
}

pub(crate) async fn run(new: NewCharge) -> Result<Created<Versioned<Charge>>, Refusal> {
    let execution = Running::begin(new);
    sleep(execution.script.before).await;
    if execution.charges() {
        execution.charge();
    }
    sleep(execution.script.after).await;
    execution.end()
}

/// The charge is a step, and another one follows.
pub(crate) async fn run_in_steps(
    new: NewCharge,
    mut steps: Steps,
) -> Result<Created<Versioned<Charge>>, Refusal> {
    let execution = Running::begin(new);
    let Script { before, after, .. } = execution.script;
    let charge = || async {
        sleep(before).await;
        execution.charge();
        Ok::<_, Refusal>(execution.number)
    };
    let charged = steps.run("charge", charge).await;
    let charged = match charged {
        Ok(charged) => charged,
        Err(error) => {
            // The framework's own word: a retry runs.
            with(|world| world.ends(execution.number, End::Answered(503)));
            return Err(error);
        }
    };
    with(|world| world.knows_of_step(execution.number, charged));
    sleep(after).await;
    execution.end()
}

pub(crate) async fn run_in_transaction(
    new: NewCharge,
    mut tx: Tx<Simulated>,
) -> Result<Created<Versioned<Charge>>, Refusal> {
    let execution = Running::begin(new);
    sleep(execution.script.before).await;
    // Whatever the answer: only a commit makes it a charge.
    tx.charge(execution.number);
    sleep(execution.script.after).await;
    execution.end()
}

/// What the bank knows of the executions of a key.
pub(crate) async fn find_out(key: usize) -> Recovery<Created<Versioned<Charge>>> {
    let delay = with(|world| if world.is_calm { 0 } else { world.rng.pick(&[0, 0, 100, 5_000, 70_000]) });
    sleep(delay).await;
    match with(|world| world.finds_out(key)) {
        Recovery::Done(number) => {
            let Execution { key, value, .. } = with(|world| world.witness.executions[number].clone());
            let new = NewCharge { amount: Money::usd(value), customer_id: format!("key-{key}") };
            Recovery::Done(answer(number, new))
        }
        Recovery::NotDone => Recovery::NotDone,
        Recovery::Unknown => Recovery::Unknown,
    }
}

//! The outcome of a handler's call: its response, and the effect on its operation.
//!
//! `IntoResponse` yields no more than a response, so what a handler reports beside it travels in one response extension,
//! [`ResponseFacts`], until the call has a [`HandlerOutcome`].

mod effect;
mod facts;
mod handler_outcome;

pub(crate) use effect::judged;
pub use effect::{Classifier, Disposition, Final, Indeterminate, KeptFor, Outcome, Retryable};
pub(crate) use facts::{ReferenceId, ResponseFacts};
pub(crate) use handler_outcome::Effect;
pub(crate) use handler_outcome::HandlerOutcome;

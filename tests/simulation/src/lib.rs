//! A seeded simulation of the idempotency engine, which looks for the next double execution.
//!
//! Several processes serve an API with their own guards over one store. Everything that happens is drawn from one seed:
//! what clients send, when and to whom; how long handlers work, and how they end; which calls of the store come late,
//! twice, not at all or without a reply; when processes stop, die and come back; when the store is full. A [witness]
//! sees all of it and knows what must never be: see `witness/`.
//!
//! Time is simulated. A process is a runtime of one thread whose clock stands still; the world moves it, so that a
//! schedule over hours takes microseconds.
//!
//! [witness]: crate::Outcome::violations

mod api;
mod database;
mod handler;
mod network;
mod process;
mod records;
mod rng;
mod run;
mod schedule;
mod simulation;
mod store;
mod witness;
mod world;

pub use run::{Report, Run};
pub use simulation::{Outcome, Simulation};
pub use witness::Counts;

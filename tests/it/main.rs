//! steadfast from the outside.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "clippy knows tests by their attribute, and not the functions that they share"
)]

mod dispatch;
mod payments;
mod server;
mod versioned;

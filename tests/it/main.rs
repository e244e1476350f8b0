//! steadfast from the outside.

mod dispatch;
mod payments;
mod server;
mod versioned;

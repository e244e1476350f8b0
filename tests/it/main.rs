//! steadfast from the outside.

mod dispatch;
mod server;
mod versioned;

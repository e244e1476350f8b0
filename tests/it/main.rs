//! steadfast from the outside.

mod payments;
mod versioned;

//! steadfast from the outside.

mod versioned;

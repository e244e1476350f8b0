//! The attribute macros of steadfast: tokens in, tokens out. No file, environment or clock is read, so that the same
//! source always compiles to the same program.
//!
//! Use these through the `steadfast` crate, which documents them.

mod diag;
mod names;
mod syntax;

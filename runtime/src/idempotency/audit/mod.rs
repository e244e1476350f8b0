//! The audit trail: who asked for what, when, in which version, and what came of it.
//!
//! Whoever writes a record builds the entry that goes with it, and the store appends both in one commit.

mod body;
mod config;
mod context;
mod details;
mod entry;
mod reader;

pub use body::AuditBody;
pub use config::Audit;
pub(super) use context::{AuditContext, settled};
pub use details::{AuditAnswer, AuditRequest};
pub use entry::AuditEntry;
pub(super) use reader::readable;
pub use reader::{AuditEntries, AuditTrail};

#[cfg(test)]
mod tests;

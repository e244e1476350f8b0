//! The audit trail: who asked for what, when, in which version, and what came of it.
//!
//! The engine knows nothing of it. What is to be appended goes beside an event, and a store appends it in the commit in
//! which the event takes effect.

mod body;
mod details;
mod draft;
mod entry;
mod event;
mod kept;
mod subject;
mod trail;

pub use body::AuditBody;
pub use details::{AuditAnswer, AuditRequest};
pub use draft::{AuditDraft, AuditFilter, AuditRow};
pub use entry::AuditEntry;
pub use event::AuditEvent;
pub use kept::Audit;
pub(super) use subject::{Subject, settled};
#[cfg(feature = "sealed")]
pub(super) use trail::readable;
pub use trail::{AuditEntries, AuditTrail};

#[cfg(test)]
mod tests;

mod draft;
mod event;

pub use draft::{AuditDraft, AuditFilter, AuditRow};
pub use event::AuditEvent;

#[cfg(test)]
mod tests;

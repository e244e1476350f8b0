//! Encryption of records and of audit entries.

mod envelope;
mod key_ring;
mod keys;

pub use key_ring::KeyRing;

//! Encryption of records and of audit entries.

mod associated_data;
mod envelope;
mod key_ring;
mod keys;

pub use key_ring::KeyRing;

#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::Hasher;

/// The name of a record: a hash of the caller, the operation and the idempotency key.
///
/// A store holds neither keys nor callers, and needs one column of 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub [u8; 32]);

/// Lets a hash map use a [`RecordId`] as its own hash.
///
/// ```
/// use std::collections::HashMap;
/// use std::hash::BuildHasherDefault;
/// use steadfast_engine::{IdentityHasher, RecordId};
///
/// let mut map: HashMap<RecordId, u8, BuildHasherDefault<IdentityHasher>> = HashMap::default();
/// map.insert(RecordId([7; 32]), 1);
/// ```
#[derive(Debug, Default)]
pub struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    // The length that precedes the bytes of an array.
    fn write_usize(&mut self, _: usize) {}
}

/// Shows enough to find the record in a log, and no more.
impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [byte0, byte1, byte2, byte3, ..] = self.0;
        write!(f, "RecordId({byte0:02x}{byte1:02x}{byte2:02x}{byte3:02x}…)")
    }
}

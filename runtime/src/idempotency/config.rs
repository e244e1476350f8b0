use super::drain::{Drain, Executions};
use super::fingerprint::{Hashing, Secrets};
use super::guard::Guard;
use super::store::Store;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// How many executions run at once unless said otherwise.
const MAX_IN_FLIGHT: usize = 4096;

/// How an API keeps its idempotency records: in a store of type `St`.
///
/// ```
/// use steadfast::{Idempotency, MemoryStore};
///
/// let idempotency = Idempotency::new(MemoryStore::new()).max_in_flight(1000);
/// let drain = idempotency.drain();
/// ```
#[must_use]
pub struct Idempotency<St> {
    store: Arc<dyn Store>,
    executions: Executions,
    hashing: Hashing,
    // What the store can do is asked of its type, while compiling.
    _store: PhantomData<fn() -> St>,
}

impl<St: Store> Idempotency<St> {
    /// Keeps records in `store`, and runs at most 4096 operations at once.
    pub fn new(store: St) -> Self {
        Self {
            store: Arc::new(store),
            executions: Executions::at_most(MAX_IN_FLIGHT),
            hashing: Hashing::default(),
            _store: PhantomData,
        }
    }

    /// Runs at most `executions` operations at once. Further ones are answered 503 `overloaded` and leave no record;
    /// stored responses are replayed all the same.
    pub fn max_in_flight(mut self, executions: usize) -> Self {
        self.executions = self.executions.limited_to(executions);
        self
    }

    /// Keys what records hold of a request with a secret of at least 32 bytes. Otherwise whoever reads the store can try
    /// what else a request could have said, such as every number a card can have, until the fingerprint is the same.
    ///
    /// To change the secret put a new one before it. The first is for new records. The others, and no secret at all,
    /// are for the records that were made with them, and can go when the last of those has expired: a retry whose
    /// record has a secret that is missing here is answered 503. All processes that share a store need all of its
    /// secrets, so a new one comes last first, and becomes the first when everybody knows it.
    ///
    /// ```
    /// use steadfast::{Idempotency, MemoryStore};
    ///
    /// # let (current, previous) = ([1; 32], [2; 32]);
    /// let idempotency = Idempotency::new(MemoryStore::new()).fingerprint_secrets([current, previous]);
    /// ```
    ///
    /// # Panics
    ///
    /// If a secret has less than 32 bytes.
    #[track_caller]
    pub fn fingerprint_secrets<B: AsRef<[u8]>>(mut self, newest_first: impl IntoIterator<Item = B>) -> Self {
        self.hashing = Hashing::Sha256(Arc::new(Secrets::new(newest_first)));
        self
    }

    /// A handle to wait for the executions that outlive their clients.
    pub fn drain(&self) -> Drain {
        Drain::of(&self.executions)
    }

    /// Replaces SHA-256, and leaves the body out of the fingerprint, where instructions are counted.
    #[doc(hidden)]
    pub fn hash_with(mut self, stub: fn(&[&[u8]]) -> [u8; 32]) -> Self {
        self.hashing = Hashing::Stub(stub);
        self
    }

    pub(crate) fn into_guard(self) -> Arc<Guard> {
        Arc::new(Guard::new(self.store, self.executions, self.hashing))
    }
}

impl<St: Store> From<St> for Idempotency<St> {
    fn from(store: St) -> Self {
        Self::new(store)
    }
}

impl<St> fmt::Debug for Idempotency<St> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency").field("executions", &self.executions).finish_non_exhaustive()
    }
}

use super::drain::{Drain, Executions};
use super::fingerprint::{Digest, sha256};
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
    digest: Digest,
    // What the store can do is asked of its type, while compiling.
    _store: PhantomData<fn() -> St>,
}

impl<St: Store> Idempotency<St> {
    /// Keeps records in `store`, and runs at most 4096 operations at once.
    pub fn new(store: St) -> Self {
        Self {
            store: Arc::new(store),
            executions: Executions::at_most(MAX_IN_FLIGHT),
            digest: sha256,
            _store: PhantomData,
        }
    }

    /// Runs at most `executions` operations at once. Further ones are answered 503 `overloaded` and leave no record;
    /// stored responses are replayed all the same.
    pub fn max_in_flight(mut self, executions: usize) -> Self {
        self.executions = self.executions.limited_to(executions);
        self
    }

    /// A handle to wait for the executions that outlive their clients.
    pub fn drain(&self) -> Drain {
        Drain::of(&self.executions)
    }

    /// Replaces SHA-256 where instructions are counted: the tools that count them do not know the processor's own
    /// instructions for it.
    #[doc(hidden)]
    pub fn digest_with(mut self, digest: fn(&[&[u8]]) -> [u8; 32]) -> Self {
        self.digest = digest;
        self
    }

    pub(crate) fn into_guard(self) -> Arc<Guard> {
        Arc::new(Guard::new(self.store, self.executions, self.digest))
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

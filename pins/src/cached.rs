use crate::{PinStore, PinStoreError};
use quick_cache::UnitWeighter;
use quick_cache::sync::{Cache, DefaultLifecycle, EntryAction, EntryResult, PlaceholderGuard};
use std::fmt;
use std::hash::RandomState;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;
use tokio::time::Instant;

const CAPACITY: usize = 10_000;
const TTL: Duration = Duration::from_mins(1);

/// A store of pins behind a cache of this process.
///
/// The cache holds the pins of 10,000 callers, for 60 seconds each. A pin that is set through this store, or a clone of
/// it, is seen through it at once; a pin that another process sets, after that time at the latest. That a caller has no
/// pin is not cached.
///
/// ```
/// use std::time::Duration;
/// use steadfast_pins::{CachedPins, MemoryPins};
///
/// // In place of a store across a network.
/// let slow = MemoryPins::new();
/// let pins = CachedPins::new(slow).capacity(100_000).ttl(Duration::from_secs(10));
/// ```
pub struct CachedPins<P> {
    store: Arc<P>,
    cache: Arc<PinCache>,
    ttl: Duration,
}

// The hasher is named because the default one of `quick_cache` depends on its features, which any crate may enable. It
// has a secret because callers may choose their ids.
type PinCache = Cache<String, CachedPin, UnitWeighter, RandomState>;
type Placeholder<'a> =
    PlaceholderGuard<'a, String, CachedPin, UnitWeighter, RandomState, DefaultLifecycle<String, CachedPin>>;

#[derive(Clone, Copy)]
struct CachedPin {
    version: Date,
    /// When the store was called, not when it returned: the pin may have moved in between.
    read_at: Instant,
}

impl<P: PinStore> CachedPins<P> {
    /// Puts `store` behind a cache.
    pub fn new(store: P) -> Self {
        Self { store: Arc::new(store), cache: Arc::new(cache(CAPACITY)), ttl: TTL }
    }

    /// Caches the pins of about `callers` callers; defaults to 10,000. A caller takes its id and about 100 bytes.
    ///
    /// The store gets a new cache, which it does not share with clones that were made before.
    #[must_use]
    pub fn capacity(mut self, callers: usize) -> Self {
        self.cache = Arc::new(cache(callers));
        self
    }

    /// Reads a pin from the store again once it is `ttl` old; defaults to 60 seconds. With [`Duration::ZERO`] nothing is
    /// cached.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// Returns the pin of `caller` if it is in the cache, or else the read that is to put it there.
    fn look_up(&self, caller: &str) -> Result<Date, PendingRead<'_>> {
        let is_fresh = |pin: &CachedPin| pin.read_at.elapsed() < self.ttl;
        if let Some(pin) = self.cache.get(caller).filter(is_fresh) {
            return Ok(pin.version);
        }
        let read_at = Instant::now();
        // With no time to wait, so that reads of one pin at the same time all go to the store, and only the first is
        // cached. If they waited for each other and the store hung, they would time out one after the other.
        let entry = self.cache.entry(caller, Some(Duration::ZERO), |_, pin| {
            if is_fresh(pin) { EntryAction::Retain(pin.version) } else { EntryAction::ReplaceWithGuard }
        });
        match entry {
            EntryResult::Retained(version) => Ok(version),
            EntryResult::Vacant(placeholder) | EntryResult::Replaced(placeholder, _) => {
                Err(PendingRead { placeholder: Some(placeholder), read_at })
            }
            EntryResult::Removed(..) | EntryResult::Timeout => {
                Err(PendingRead { placeholder: None, read_at })
            }
        }
    }
}

impl<P: PinStore> PinStore for CachedPins<P> {
    async fn pin_first(&self, caller: &str, newest: Date) -> Result<Date, PinStoreError> {
        let read = match self.look_up(caller) {
            Ok(version) => return Ok(version),
            Err(read) => read,
        };
        let version = self.store.pin_first(caller, newest).await?;
        read.complete(version);
        Ok(version)
    }

    async fn get(&self, caller: &str) -> Result<Option<Date>, PinStoreError> {
        let read = match self.look_up(caller) {
            Ok(version) => return Ok(Some(version)),
            Err(read) => read,
        };
        let version = self.store.get(caller).await?;
        if let Some(version) = version {
            read.complete(version);
        }
        Ok(version)
    }

    async fn set(&self, caller: &str, version: Date) -> Result<(), PinStoreError> {
        // Also if the call fails or is dropped, because the pin may be set all the same.
        let _evict = Evict { cache: &self.cache, caller };
        self.store.set(caller, version).await
    }
}

/// A pin that is being read from the store. Its version is cached in the placeholder that was made before, unless the
/// placeholder has been removed: then the pin was set meanwhile, and the version may be from before.
struct PendingRead<'a> {
    placeholder: Option<Placeholder<'a>>,
    read_at: Instant,
}

impl PendingRead<'_> {
    fn complete(self, version: Date) {
        if let Some(placeholder) = self.placeholder {
            let _ = placeholder.insert(CachedPin { version, read_at: self.read_at });
        }
    }
}

/// Removes the pin of a caller from the cache when it is dropped, and the placeholder of a read that began before.
///
/// The version that was set is not cached in its stead: of two calls of `set` at the same time the store decides which
/// one is the last, and they may return in another order.
struct Evict<'a> {
    cache: &'a PinCache,
    caller: &'a str,
}

impl Drop for Evict<'_> {
    fn drop(&mut self) {
        self.cache.remove(self.caller);
    }
}

fn cache(capacity: usize) -> PinCache {
    let weight = u64::try_from(capacity).unwrap_or(u64::MAX);
    Cache::with(capacity, weight, UnitWeighter, RandomState::new(), DefaultLifecycle::default())
}

impl<P> Clone for CachedPins<P> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), cache: Arc::clone(&self.cache), ttl: self.ttl }
    }
}

impl<P: fmt::Debug> fmt::Debug for CachedPins<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedPins")
            .field("store", &self.store)
            .field("cached", &self.cache.len())
            .field("ttl", &self.ttl)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

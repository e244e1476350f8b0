#[cfg(test)]
mod tests;

use super::{PinStore, PinStoreError};
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

/// Another store of pins, asked again for a caller only after a while.
///
/// Remembered are the pins of 10,000 callers, for 60 seconds each. What is set through this store, or a clone of it, is
/// seen through it at once; what another process sets, when the time is up. A caller without a pin is not remembered.
///
/// ```
/// use std::time::Duration;
/// use steadfast::{CachedPins, MemoryPins};
///
/// // In place of a store that lives across a network.
/// let slow = MemoryPins::new();
/// let pins = CachedPins::new(slow).capacity(100_000).ttl(Duration::from_secs(10));
/// ```
pub struct CachedPins<P> {
    store: Arc<P>,
    known: Arc<Known>,
    ttl: Duration,
}

// Named, because the crate's default hasher depends on the features that anybody switches on in it. Callers may have a
// say in their ids, so it has to be one with a secret.
type Known = Cache<String, Pin, UnitWeighter, RandomState>;
type Place<'a> = PlaceholderGuard<'a, String, Pin, UnitWeighter, RandomState, DefaultLifecycle<String, Pin>>;

#[derive(Clone, Copy)]
struct Pin {
    version: Date,
    /// When the store was asked, not when it answered: the pin may have moved in between.
    asked: Instant,
}

impl<P: PinStore> CachedPins<P> {
    /// `store` behind a cache.
    pub fn new(store: P) -> Self {
        Self { store: Arc::new(store), known: Arc::new(known(CAPACITY)), ttl: TTL }
    }

    /// Remembers the pins of about `callers` callers. A caller takes its id and about 100 bytes.
    ///
    /// The cache begins anew: a clone that was made before has another one.
    #[must_use]
    pub fn capacity(mut self, callers: usize) -> Self {
        self.known = Arc::new(known(callers));
        self
    }

    /// Asks the store again once an answer is `ttl` old. With [`Duration::ZERO`] nothing is remembered.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// The pin of `caller` if it is known, or else what must be had before the store is asked for it.
    fn look_up(&self, caller: &str) -> Result<Date, Asked<'_>> {
        let is_fresh = |pin: &Pin| pin.asked.elapsed() < self.ttl;
        if let Some(pin) = self.known.get(caller).filter(is_fresh) {
            return Ok(pin.version);
        }
        let asked = Instant::now();
        // Waits for nobody: whoever asks the same at once asks the store as well, and only the first is remembered. If
        // they waited for each other and the store hung, they would time out one after the other.
        let place = self.known.entry(caller, Some(Duration::ZERO), |_, pin| {
            if is_fresh(pin) { EntryAction::Retain(pin.version) } else { EntryAction::ReplaceWithGuard }
        });
        match place {
            EntryResult::Retained(version) => Ok(version),
            EntryResult::Vacant(place) | EntryResult::Replaced(place, _) => {
                Err(Asked { place: Some(place), asked })
            }
            EntryResult::Removed(..) | EntryResult::Timeout => Err(Asked { place: None, asked }),
        }
    }
}

impl<P: PinStore> PinStore for CachedPins<P> {
    async fn pin_first(&self, caller: &str, newest: Date) -> Result<Date, PinStoreError> {
        let asked = match self.look_up(caller) {
            Ok(version) => return Ok(version),
            Err(asked) => asked,
        };
        let version = self.store.pin_first(caller, newest).await?;
        asked.answer(version);
        Ok(version)
    }

    async fn get(&self, caller: &str) -> Result<Option<Date>, PinStoreError> {
        let asked = match self.look_up(caller) {
            Ok(version) => return Ok(Some(version)),
            Err(asked) => asked,
        };
        let version = self.store.get(caller).await?;
        if let Some(version) = version {
            asked.answer(version);
        }
        Ok(version)
    }

    async fn set(&self, caller: &str, version: Date) -> Result<(), PinStoreError> {
        // Whatever becomes of the call: one that fails or is dropped may have taken effect.
        let _forget = Forget { known: &self.known, caller };
        self.store.set(caller, version).await
    }
}

/// The store is being asked for a pin. What it answers is remembered in the place that was made before, unless the
/// place is gone: then the pin was set meanwhile, and the answer may be from before.
struct Asked<'a> {
    place: Option<Place<'a>>,
    asked: Instant,
}

impl Asked<'_> {
    fn answer(self, version: Date) {
        if let Some(place) = self.place {
            let _ = place.insert(Pin { version, asked: self.asked });
        }
    }
}

/// Forgets the pin of a caller when it is dropped, and lets nothing be remembered that was asked for until then.
///
/// The version that was set is not remembered in its place: of two that are set at once the store says which one is
/// the last, and they may be back from it in another order.
struct Forget<'a> {
    known: &'a Known,
    caller: &'a str,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.known.remove(self.caller);
    }
}

fn known(capacity: usize) -> Known {
    let weight = u64::try_from(capacity).unwrap_or(u64::MAX);
    Cache::with(capacity, weight, UnitWeighter, RandomState::new(), DefaultLifecycle::default())
}

impl<P> Clone for CachedPins<P> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), known: Arc::clone(&self.known), ttl: self.ttl }
    }
}

impl<P: fmt::Debug> fmt::Debug for CachedPins<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedPins")
            .field("store", &self.store)
            .field("known", &self.known.len())
            .field("ttl", &self.ttl)
            .finish_non_exhaustive()
    }
}

use crate::{PinStore, PinStoreError};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use steadfast_core::Date;

/// Pins in the memory of this process, for tests and examples. Clones share them.
///
/// Not for production: a restart forgets every pin, and pins each caller to the version that is the newest by then,
/// which may break it. The number of pins has no bound, because to forget one would do the same.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use steadfast_core::Date;
/// use steadfast_pins::{MemoryPins, PinStore};
///
/// let (first, second) = (Date::parse("2024-01-15").unwrap(), Date::parse("2024-12-18").unwrap());
/// let pins = MemoryPins::new();
/// assert_eq!(pins.pin_first("acme", first).await?, first);
/// assert_eq!(pins.pin_first("acme", second).await?, first);
/// pins.set("acme", second).await?;
/// assert_eq!(pins.get("acme").await?, Some(second));
/// # Ok::<(), steadfast_pins::PinStoreError>(()) }).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct MemoryPins(Arc<Mutex<HashMap<Box<str>, Date>>>);

impl MemoryPins {
    /// A store in which nobody is pinned.
    pub fn new() -> Self {
        Self::default()
    }

    fn pins(&self) -> MutexGuard<'_, HashMap<Box<str>, Date>> {
        // A thread that panics leaves no change of the map half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PinStore for MemoryPins {
    async fn pin_first(&self, caller: &str, newest: Date) -> Result<Date, PinStoreError> {
        let mut pins = self.pins();
        // An owned key only for a caller that is new.
        match pins.get(caller) {
            Some(pin) => Ok(*pin),
            None => Ok(*pins.entry(caller.into()).or_insert(newest)),
        }
    }

    async fn get(&self, caller: &str) -> Result<Option<Date>, PinStoreError> {
        Ok(self.pins().get(caller).copied())
    }

    async fn set(&self, caller: &str, version: Date) -> Result<(), PinStoreError> {
        self.pins().insert(caller.into(), version);
        Ok(())
    }
}

impl fmt::Debug for MemoryPins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the ids of callers, which do not belong in a log.
        f.debug_struct("MemoryPins").field("callers", &self.pins().len()).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "contract"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_pins_pass_the_contract() {
        crate::contract::check(async || MemoryPins::new()).await.unwrap();
    }
}

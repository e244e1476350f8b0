//! Where the versions are kept that callers are pinned to.

mod cached;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use cached::CachedPins;
pub use memory::MemoryPins;
#[cfg(feature = "sqlite")]
pub use sqlite::SqlitePins;

use std::fmt;
use std::sync::Arc;
use steadfast_core::Date;

/// Where the versions are kept that callers are pinned to: one date for each caller, set by its first call.
///
/// A caller is named by its stable id, as [`Scope`](crate::Scope) gives it. Two ids are one caller only if they are the
/// same to the last byte. [`testing::pin_store_contract`](crate::testing::pin_store_contract()) checks that a store
/// keeps the promises below. Wrapped in [`CachedPins`] it is not asked again for every request.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use steadfast::{Date, PinStore, PinStoreError};
///
/// #[derive(Default)]
/// struct Simplest(Mutex<HashMap<String, Date>>);
///
/// impl PinStore for Simplest {
///     async fn pin_first(&self, caller: &str, newest: Date) -> Result<Date, PinStoreError> {
///         let mut pins = self.0.lock().map_err(|_| PinStoreError::new("a thread died"))?;
///         Ok(*pins.entry(caller.to_owned()).or_insert(newest))
///     }
///
///     async fn get(&self, caller: &str) -> Result<Option<Date>, PinStoreError> {
///         let pins = self.0.lock().map_err(|_| PinStoreError::new("a thread died"))?;
///         Ok(pins.get(caller).copied())
///     }
///
///     async fn set(&self, caller: &str, version: Date) -> Result<(), PinStoreError> {
///         let mut pins = self.0.lock().map_err(|_| PinStoreError::new("a thread died"))?;
///         pins.insert(caller.to_owned(), version);
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of pins",
    label = "expected a store such as `SqlitePins` or `MemoryPins`"
)]
pub trait PinStore: Send + Sync + 'static {
    /// The pin of `caller`. If there is none, `caller` is pinned to `newest` first.
    ///
    /// Of several first calls at once, in whatever processes, one wins, and all answer the date of the winner. Once
    /// this returns the pin is as durable as the store can make it.
    fn pin_first(
        &self,
        caller: &str,
        newest: Date,
    ) -> impl Future<Output = Result<Date, PinStoreError>> + Send;

    /// The pin of `caller`, if there is one; sets none. A pin that cannot be read is an error and never `None`.
    fn get(&self, caller: &str) -> impl Future<Output = Result<Option<Date>, PinStoreError>> + Send;

    /// Pins `caller` to `version`, whether or not there is a pin: for the endpoint with which callers move theirs.
    ///
    /// After an error it is not known whether this took effect.
    fn set(&self, caller: &str, version: Date) -> impl Future<Output = Result<(), PinStoreError>> + Send;
}

impl<P: PinStore> PinStore for Arc<P> {
    fn pin_first(
        &self,
        caller: &str,
        newest: Date,
    ) -> impl Future<Output = Result<Date, PinStoreError>> + Send {
        (**self).pin_first(caller, newest)
    }

    fn get(&self, caller: &str) -> impl Future<Output = Result<Option<Date>, PinStoreError>> + Send {
        (**self).get(caller)
    }

    fn set(&self, caller: &str, version: Date) -> impl Future<Output = Result<(), PinStoreError>> + Send {
        (**self).set(caller, version)
    }
}

/// Why a store could not tell or set a pin.
///
/// ```
/// use std::error::Error;
/// use steadfast::PinStoreError;
///
/// let error = PinStoreError::new(std::fmt::Error);
/// assert!(error.source().unwrap().is::<std::fmt::Error>());
/// ```
#[derive(Debug)]
pub struct PinStoreError(Box<dyn std::error::Error + Send + Sync>);

impl PinStoreError {
    /// The store failed because of `source`.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

impl fmt::Display for PinStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of pins failed: {}", self.0)
    }
}

impl std::error::Error for PinStoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

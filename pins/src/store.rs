use std::fmt;
use std::sync::Arc;
use steadfast_core::Date;

/// A store of pins: the date that each caller is pinned to, set by its first call.
///
/// A caller is named by its stable id. Two ids are the same caller only if they are equal to the last byte.
/// `contract::check` (feature `contract`) checks that a store keeps the promises below. [`CachedPins`](crate::CachedPins)
/// saves a store from being read for every request.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use steadfast_core::Date;
/// use steadfast_pins::{PinStore, PinStoreError};
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
    /// Returns the pin of `caller`. If there is none, pins `caller` to `newest` first.
    ///
    /// Of several first calls at the same time, in whatever processes, one wins, and all of them return the date of the
    /// winner. The pin is durable, as far as the store can make it so, when this returns `Ok`.
    fn pin_first(
        &self,
        caller: &str,
        newest: Date,
    ) -> impl Future<Output = Result<Date, PinStoreError>> + Send;

    /// Returns the pin of `caller`, if there is one; sets none. A pin that cannot be read is an error and never `None`.
    fn get(&self, caller: &str) -> impl Future<Output = Result<Option<Date>, PinStoreError>> + Send;

    /// Pins `caller` to `version`, whether or not there is a pin: for the endpoint with which callers move theirs.
    ///
    /// After an error it is not known whether the pin was set.
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

/// The reason why a store could not read or set a pin.
///
/// ```
/// use std::error::Error;
/// use steadfast_pins::PinStoreError;
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

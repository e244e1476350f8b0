//! The promises of a [`PinStore`], as checks that every store passes.

mod calls;
mod races;
#[cfg(test)]
mod tests;

use crate::{PinStore, PinStoreError};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use steadfast_core::Date;

/// A check that a store did not pass.
#[derive(Debug)]
pub struct Violation {
    check: &'static str,
    why: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.why)
    }
}

impl std::error::Error for Violation {}

/// Runs every check of a [`PinStore`], each against a store that `make` makes and in which nobody is pinned yet.
///
/// Some checks let several threads race for a caller, for a fraction of a second each. Call it in a tokio runtime that
/// has whatever the store needs. Two checks only the author of a store can write: that pins outlive the process, and
/// that two processes agree.
///
/// ```
/// use steadfast_pins::{MemoryPins, contract};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// contract::check(async || MemoryPins::new()).await.unwrap();
/// # });
/// ```
pub async fn check<P: PinStore>(make: impl AsyncFn() -> P) -> Result<(), Violation> {
    for (check, run) in CHECKS {
        let probe = Probe { store: Arc::new(make().await) };
        run(&probe).await.map_err(|why| Violation { check, why })?;
    }
    Ok(())
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

type Check = for<'a> fn(&'a Probe) -> BoxFuture<'a, Result<(), String>>;

const CHECKS: [(&str, Check); 10] = [
    ("the first call pins, and later ones change nothing", |p| Box::pin(calls::first_pins(p))),
    ("`get` sets no pin", |p| Box::pin(calls::get_only_gets(p))),
    ("a pin that was set is returned", |p| Box::pin(calls::set_shows(p))),
    ("the first and the last day are returned", |p| Box::pin(calls::every_day(p))),
    ("ids differ by every byte", |p| Box::pin(calls::every_byte_counts(p))),
    ("long ids differ", |p| Box::pin(calls::long_ids(p))),
    ("callers do not change each other's pins", |p| Box::pin(calls::callers_are_apart(p))),
    ("of many first calls at once one pins, and all return its date", |p| Box::pin(races::first_calls(p))),
    ("a pin that is set stays, also during first calls", |p| Box::pin(races::set_and_first_calls(p))),
    ("of several pins that are set at once one stays", |p| Box::pin(races::sets(p))),
];

struct Probe {
    store: Arc<dyn Pins>,
}

/// A [`PinStore`] without its type.
trait Pins: Send + Sync {
    fn pin_first<'a>(&'a self, caller: &'a str, newest: Date) -> BoxFuture<'a, Result<Date, PinStoreError>>;
    fn get<'a>(&'a self, caller: &'a str) -> BoxFuture<'a, Result<Option<Date>, PinStoreError>>;
    fn set<'a>(&'a self, caller: &'a str, version: Date) -> BoxFuture<'a, Result<(), PinStoreError>>;
}

impl<P: PinStore> Pins for P {
    fn pin_first<'a>(&'a self, caller: &'a str, newest: Date) -> BoxFuture<'a, Result<Date, PinStoreError>> {
        Box::pin(PinStore::pin_first(self, caller, newest))
    }

    fn get<'a>(&'a self, caller: &'a str) -> BoxFuture<'a, Result<Option<Date>, PinStoreError>> {
        Box::pin(PinStore::get(self, caller))
    }

    fn set<'a>(&'a self, caller: &'a str, version: Date) -> BoxFuture<'a, Result<(), PinStoreError>> {
        Box::pin(PinStore::set(self, caller, version))
    }
}

impl Probe {
    async fn expect_pin(&self, caller: &str, newest: Date, expected: Date) -> Result<(), String> {
        let pin = self.store.pin_first(caller, newest).await.map_err(|error| describe(&error))?;
        let caller = short(caller);
        if pin == expected {
            return Ok(());
        }
        Err(format!("`pin_first` of {caller} at {newest} returned {pin}, expected {expected}"))
    }

    async fn expect(&self, caller: &str, expected: Option<Date>) -> Result<(), String> {
        let pin = self.store.get(caller).await.map_err(|error| describe(&error))?;
        let caller = short(caller);
        if pin == expected { Ok(()) } else { Err(format!("{caller} has {pin:?}, expected {expected:?}")) }
    }

    async fn set(&self, caller: &str, version: Date) -> Result<(), String> {
        self.store.set(caller, version).await.map_err(|error| describe(&error))
    }
}

/// Returns one of many days, in their order.
fn day(of: usize) -> Date {
    let days = i64::try_from(of).unwrap_or(0);
    Date::from_unix_seconds(1_705_276_800 + days * 86_400).unwrap_or(LAST)
}

const FIRST: Date = match Date::from_ymd(1, 1, 1) {
    Some(date) => date,
    None => unreachable!(),
};

const LAST: Date = match Date::from_ymd(9999, 12, 31) {
    Some(date) => date,
    None => unreachable!(),
};

/// Returns an id as a message can show it.
fn short(caller: &str) -> String {
    let shown: String = caller.chars().take(40).collect();
    let more = if shown.len() < caller.len() { "…" } else { "" };
    format!("{shown:?}{more}")
}

fn describe(error: &PinStoreError) -> String {
    error.to_string()
}

//! Stores that are wrong in one way each, every one of which the checks must catch.

use super::check;
use crate::{PinStore, PinStoreError};
use std::collections::HashMap;
use std::sync::Mutex;
use steadfast_core::Date;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// Every first call returns its own date.
    ReturnsItsOwn,
    /// The pin is read, waited for, and written.
    PinsInSteps,
    /// The last of the first calls wins.
    PinsAgain,
    /// `get` pins the caller.
    GetPins,
    /// Only callers that are pinned can be set.
    SetsOnlyPinned,
    /// A pin moves forward only.
    SetsOnlyLater,
    /// A first call that was under way replaces a pin that was set.
    PinsOverSet,
    IgnoresCase,
    Trims,
    /// A column that is too narrow.
    ShortIds,
    /// Two digits for the year.
    ShortYears,
    /// One pin for all.
    OnePin,
    Fails,
}

struct WrongPins {
    fault: Option<Fault>,
    pins: Mutex<HashMap<String, Date>>,
}

impl WrongPins {
    fn new(fault: Option<Fault>) -> Self {
        Self { fault, pins: Mutex::default() }
    }

    fn key(&self, caller: &str) -> String {
        match self.fault {
            Some(Fault::IgnoresCase) => caller.to_lowercase(),
            Some(Fault::Trims) => caller.trim().to_owned(),
            Some(Fault::ShortIds) => caller.chars().take(255).collect(),
            Some(Fault::OnePin) => String::new(),
            _ => caller.to_owned(),
        }
    }

    fn stored(&self, date: Date) -> Date {
        match self.fault {
            Some(Fault::ShortYears) => {
                Date::from_ymd(2000 + date.year() % 100, date.month(), date.day()).unwrap()
            }
            _ => date,
        }
    }
}

impl PinStore for WrongPins {
    async fn pin_first(&self, caller: &str, newest: Date) -> Result<Date, PinStoreError> {
        let (key, newest) = (self.key(caller), self.stored(newest));
        if self.fault == Some(Fault::Fails) {
            return Err(PinStoreError::new("no such host"));
        }
        if matches!(self.fault, Some(Fault::PinsInSteps | Fault::ReturnsItsOwn | Fault::PinsOverSet)) {
            let found = self.pins.lock().unwrap().get(&key).copied();
            if let Some(found) = found {
                return Ok(found);
            }
            tokio::task::yield_now().await;
            let mut pins = self.pins.lock().unwrap();
            return Ok(match self.fault {
                Some(Fault::ReturnsItsOwn) => {
                    pins.entry(key).or_insert(newest);
                    newest
                }
                // Right among first calls, which agree on the earliest.
                Some(Fault::PinsOverSet) => {
                    let earliest = pins.get(&key).map_or(newest, |pin| newest.min(*pin));
                    pins.insert(key, earliest);
                    earliest
                }
                _ => {
                    pins.insert(key, newest);
                    newest
                }
            });
        }
        let mut pins = self.pins.lock().unwrap();
        if self.fault == Some(Fault::PinsAgain) {
            pins.insert(key, newest);
            return Ok(newest);
        }
        Ok(*pins.entry(key).or_insert(newest))
    }

    async fn get(&self, caller: &str) -> Result<Option<Date>, PinStoreError> {
        let mut pins = self.pins.lock().unwrap();
        let pin = pins.get(&self.key(caller)).copied();
        if pin.is_none() && self.fault == Some(Fault::GetPins) {
            pins.insert(self.key(caller), super::day(0));
        }
        Ok(pin)
    }

    async fn set(&self, caller: &str, version: Date) -> Result<(), PinStoreError> {
        let (key, version) = (self.key(caller), self.stored(version));
        let mut pins = self.pins.lock().unwrap();
        match (self.fault, pins.get(&key)) {
            (Some(Fault::SetsOnlyPinned), None) => {}
            (Some(Fault::SetsOnlyLater), Some(pin)) if version < *pin => {}
            _ => drop(pins.insert(key, version)),
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_right_store_passes() {
    check(async || WrongPins::new(None)).await.unwrap();
}

#[tokio::test]
async fn every_wrong_store_is_caught() {
    for (fault, why) in [
        (Fault::ReturnsItsOwn, "of many first calls at once"),
        (Fault::PinsInSteps, "of many first calls at once"),
        (Fault::PinsAgain, "later ones change nothing"),
        (Fault::GetPins, "`get` sets no pin"),
        (Fault::SetsOnlyPinned, "a pin that was set is returned"),
        (Fault::SetsOnlyLater, "a pin that was set is returned"),
        (Fault::PinsOverSet, "at once"),
        (Fault::IgnoresCase, "by every byte"),
        (Fault::Trims, "by every byte"),
        (Fault::ShortIds, "long ids differ"),
        (Fault::ShortYears, "the first and the last day"),
        (Fault::OnePin, "a pin that was set is returned"),
        (Fault::Fails, "no such host"),
    ] {
        let caught = check(async || WrongPins::new(Some(fault))).await.unwrap_err();
        assert!(caught.to_string().contains(why), "{fault:?}: {caught}");
    }
}

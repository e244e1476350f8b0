//! The checks are worth what they catch: stores that are wrong in one way each.

use super::pin_store_contract;
use crate::version::{PinStore, PinStoreError};
use std::collections::HashMap;
use std::sync::Mutex;
use steadfast_core::Date;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// Every first call answers its own date.
    AnswersItsOwn,
    /// The pin is read, waited for, and written.
    PinsInSteps,
    /// The last of the first calls wins.
    PinsAgain,
    /// Whoever asks is pinned.
    GetPins,
    /// Only callers that are pinned can be set.
    SetsOnlyPinned,
    /// A pin moves forward only.
    SetsOnlyLater,
    /// A first call that was under way undoes what was set.
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
        if matches!(self.fault, Some(Fault::PinsInSteps | Fault::AnswersItsOwn | Fault::PinsOverSet)) {
            let found = self.pins.lock().unwrap().get(&key).copied();
            if let Some(found) = found {
                return Ok(found);
            }
            tokio::task::yield_now().await;
            let mut pins = self.pins.lock().unwrap();
            return Ok(match self.fault {
                Some(Fault::AnswersItsOwn) => {
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
    pin_store_contract(async || WrongPins::new(None)).await.unwrap();
}

#[tokio::test]
async fn every_wrong_store_is_caught() {
    for (fault, why) in [
        (Fault::AnswersItsOwn, "of many first calls at once"),
        (Fault::PinsInSteps, "of many first calls at once"),
        (Fault::PinsAgain, "later ones change nothing"),
        (Fault::GetPins, "asking for a pin sets none"),
        (Fault::SetsOnlyPinned, "what is set is there"),
        (Fault::SetsOnlyLater, "what is set is there"),
        (Fault::PinsOverSet, "at once"),
        (Fault::IgnoresCase, "to the last byte"),
        (Fault::Trims, "to the last byte"),
        (Fault::ShortIds, "long ids are told apart"),
        (Fault::ShortYears, "the first and the last day"),
        (Fault::OnePin, "what is set is there"),
        (Fault::Fails, "no such host"),
    ] {
        let caught = pin_store_contract(async || WrongPins::new(Some(fault))).await.unwrap_err();
        assert!(caught.to_string().contains(why), "{fault:?}: {caught}");
    }
}

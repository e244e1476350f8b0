//! The laws that the history of a type claims, tried with values; [`laws!`](macro@crate::testing::laws) makes tests.

mod lineage;
#[cfg(feature = "schemars")]
mod schema;
#[cfg(test)]
mod tests;

use crate::changelog::TypeHistory;
use crate::wire::shape::Shape;
use crate::wire::{self, Purpose};
use lineage::Lineage;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;
use steadfast_core::Date;

#[cfg(feature = "schemars")]
pub use schema::Schemas;

/// Makes a test of the laws that a `#[versioned]` type claims, tried with values of a
/// `Strategy` of `steadfast::testing::proptest`. Needs the feature `testing`.
///
/// | what is written | the test |
/// |---|---|
/// | `laws!(Payment);` | `Payment`, with values of its `Arbitrary` |
/// | `laws!(Payment, payments());` | `Payment`, with values of `payments()` |
/// | `laws!(page: Page<Payment>, pages());` | `page` |
/// | `laws!(#[ignore] Payment);` | `Payment`, with these attributes |
/// | `laws!(Payment, payments(), old = [("2024-01-15", r#"{..}"#)]);` | also with these bodies of older clients |
///
/// For every shape that the type ever had, and those of types that its fields have:
///
/// * what is written in the shape can be read in it;
/// * a field whose changes are all lossless is the same on the way to the shape and back, and so is such a field of the
///   shape on the way to the newest one and back;
/// * the second round changes nothing that the first did not, whatever was claimed. A `default` that differs from call
///   to call breaks this.
///
/// With the feature `schemars`, and if the type is `JsonSchema`: what is written in each shape is what the schema of the
/// shape says.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::testing::laws;
/// use steadfast::testing::proptest::prelude::*;
/// use steadfast::versioned;
///
/// #[versioned]
/// #[derive(Debug, Serialize, Deserialize)]
/// struct Payment {
///     #[changed(in = "2024-12-18", was(cents: i64), upgrade = Money::from, downgrade = Money::cents, lossless)]
///     amount: Money,
/// }
///
/// #[versioned]
/// #[derive(Debug, Serialize, Deserialize)]
/// struct Money {
///     value: i64,
/// }
///
/// impl From<i64> for Money {
///     fn from(value: i64) -> Self {
///         Self { value }
///     }
/// }
///
/// impl Money {
///     fn cents(&self) -> i64 {
///         self.value
///     }
/// }
///
/// # #[allow(unused)]
/// fn payments() -> impl Strategy<Value = Payment> {
///     any::<i64>().prop_map(|value| Payment { amount: Money { value } })
/// }
///
/// laws!(Payment, payments());
/// # laws::hold::<Payment>(payments());
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __laws {
    ($(#[$attribute:meta])* $type:ident) => {
        $crate::testing::laws!(
            $(#[$attribute])* $type: $type, $crate::testing::proptest::arbitrary::any::<$type>()
        );
    };
    ($(#[$attribute:meta])* $type:ident, $($rest:tt)+) => {
        $crate::testing::laws!($(#[$attribute])* $type: $type, $($rest)+);
    };
    ($(#[$attribute:meta])* $name:ident: $type:ty, $strategy:expr $(, old = [$($old:expr),* $(,)?])? $(,)?) => {
        #[test]
        $(#[$attribute])*
        #[allow(non_snake_case)]
        fn $name() {
            #[allow(unused_imports)]
            use $crate::testing::laws::Undescribed as _;
            let strategy = $strategy;
            $crate::testing::laws::hold::<$type>(&strategy);
            $crate::testing::laws::Described::<$type>::hold(&strategy);
            $($($crate::testing::laws::hold_for::<$type>($old);)*)?
        }
    };
}

/// A type, as `laws!` asks whether it has schemas.
#[doc(hidden)]
#[derive(Debug)]
pub struct Described<T>(PhantomData<T>);

/// The answer of [`Described`] for a type that has none.
#[doc(hidden)]
pub trait Undescribed<T> {
    /// Nothing is to be tried.
    fn hold<S>(_: &S) {}
}

impl<T> Undescribed<T> for Described<T> {}

/// A law that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    path: &'static str,
    shape: String,
    why: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, {}: {}", self.path, self.shape, self.why)
    }
}

impl std::error::Error for Broken {}

/// Tries the laws with values of a strategy, as the test of [`laws!`](macro@crate::testing::laws) does.
///
/// # Panics
/// With the smallest value that was found to break a law.
#[allow(clippy::panic, reason = "the end of a failed test")]
pub fn hold<T>(strategy: impl Strategy<Value = T>)
where
    T: Shape + Serialize + DeserializeOwned + fmt::Debug,
{
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let tried = runner
        .run(&strategy, |value| check(&value).map_err(|broken| TestCaseError::fail(broken.to_string())));
    if let Err(error) = tried {
        panic!("{error}");
    }
}

/// Tries the laws with the body of an older client: the date of its version, and the JSON.
///
/// # Panics
/// If the date is none, or a law does not hold.
#[allow(clippy::panic, reason = "the end of a failed test")]
pub fn hold_for<T: Shape + Serialize + DeserializeOwned>((date, body): (&str, &str)) {
    let date = Date::parse(date).unwrap_or_else(|error| panic!("{date:?} is not a date: {error}"));
    if let Err(broken) = check_old::<T>(date, body) {
        panic!("{broken}");
    }
}

/// Tries the laws with one value.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::testing::laws;
/// use steadfast::versioned;
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Order {
///     #[changed(in = "2024-12-18", was(euros: u64), upgrade = cents, downgrade = euros, lossless)]
///     cents: u64,
/// }
///
/// fn cents(euros: u64) -> u64 {
///     euros * 100
/// }
///
/// fn euros(cents: &u64) -> u64 {
///     cents / 100
/// }
///
/// assert!(laws::check(&Order { cents: 500 }).is_ok());
/// let broken = laws::check(&Order { cents: 550 }).unwrap_err();
/// assert!(broken.to_string().contains("`cents` is claimed to be lossless, but 550 came back as 500"));
/// ```
///
/// # Errors
/// The first law that does not hold.
pub fn check<T: Shape + Serialize + DeserializeOwned>(value: &T) -> Result<(), Broken> {
    let history = T::HISTORY;
    for date in dates(history) {
        // One less than a date: not always a date, but always within the shape.
        let try_at = Try { history, at: date.number() - 1, shape: format!("the shape before {date}") };
        try_at.value(value)?;
    }
    Ok(())
}

/// Tries the laws with the body of an older client.
///
/// # Errors
/// The first law that does not hold.
pub fn check_old<T: Shape + Serialize + DeserializeOwned>(date: Date, body: &str) -> Result<(), Broken> {
    let try_at = Try { history: T::HISTORY, at: date.number(), shape: format!("the shape of {date}") };
    try_at.body::<T>(body)
}

/// One value in every shape that is older than the newest, newest first: the date before which it has the shape, and
/// the JSON. For tests of one's own, such as whether it is what the schema says.
///
/// ```
/// use serde::Serialize;
/// use steadfast::testing::laws;
/// use steadfast::versioned;
///
/// #[versioned]
/// #[derive(Serialize)]
/// struct Payment {
///     #[renamed(in = "2026-12-01", was(customer))]
///     customer_id: String,
/// }
///
/// let payment = Payment { customer_id: "cus_1".to_owned() };
/// let (before, json) = laws::older_shapes(&payment).unwrap().remove(0);
/// assert_eq!(before.to_string(), "2026-12-01");
/// assert_eq!(json["customer"], "cus_1");
/// ```
///
/// # Errors
/// If the value cannot be written.
pub fn older_shapes<T: Shape + Serialize>(value: &T) -> Result<Vec<(Date, Value)>, serde_json::Error> {
    dates(T::HISTORY)
        .into_iter()
        .rev()
        .map(|date| {
            let text = wire::scope(date.number() - 1, || serde_json::to_string(value))?;
            Ok((date, serde_json::from_str(&text)?))
        })
        .collect()
}

/// The dates before which the type has another shape, or one that it holds has.
fn dates(history: &'static TypeHistory) -> BTreeSet<Date> {
    history.with_held().into_iter().flat_map(TypeHistory::dates).collect()
}

/// The laws of one shape.
struct Try {
    history: &'static TypeHistory,
    at: u32,
    shape: String,
}

impl Try {
    fn value<T: Serialize + DeserializeOwned>(&self, value: &T) -> Result<(), Broken> {
        let lineage = Lineage::of(self.history, self.at);
        let head = self.write(wire::HEAD, value)?;
        let old = self.write(self.at, value)?;
        let back: T = self.read(&old)?;
        let head_again = self.write(wire::HEAD, &back)?;
        self.compare(&head, &head_again, |field| lineage.keeps(field))?;
        let old_again = self.write(self.at, &back)?;
        self.compare(&old, &old_again, |field| lineage.keeps_old(field))?;
        let settled = self.write(wire::HEAD, &self.read::<T>(&old_again)?)?;
        if settled != head_again {
            return Err(self.broken(format!(
                "a value does not settle: after one round it is {head_again}, after two {settled}"
            )));
        }
        Ok(())
    }

    fn body<T: Serialize + DeserializeOwned>(&self, body: &str) -> Result<(), Broken> {
        let lineage = Lineage::of(self.history, self.at);
        let sent: Value =
            serde_json::from_str(body).map_err(|error| self.broken(format!("not JSON: {error}")))?;
        let old = self.write(self.at, &self.read::<T>(&sent)?)?;
        // What the client left out may be there now.
        self.compare(&sent, &old, |field| lineage.keeps_old(field) && sent.get(field).is_some())?;
        let again = self.write(self.at, &self.read::<T>(&old)?)?;
        if again != old {
            return Err(self
                .broken(format!("a body does not settle: after one round it is {old}, after two {again}")));
        }
        Ok(())
    }

    /// The claimed fields of both.
    fn compare(&self, before: &Value, after: &Value, is_kept: impl Fn(&str) -> bool) -> Result<(), Broken> {
        let (Value::Object(before), Value::Object(after)) = (before, after) else { return Ok(()) };
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names.into_iter().filter(|name| is_kept(name)) {
            let text = |side: Option<&Value>| side.map_or_else(|| "nothing".to_owned(), Value::to_string);
            let (was, is) = (before.get(name), after.get(name));
            if was != is {
                return Err(self.broken(format!(
                    "`{name}` is claimed to be lossless, but {} came back as {}",
                    text(was),
                    text(is)
                )));
            }
        }
        Ok(())
    }

    fn write<T: Serialize>(&self, at: u32, value: &T) -> Result<Value, Broken> {
        // As text, because that is what crosses the wire.
        let (text, _) = wire::with(Purpose::Law, || wire::scope(at, || serde_json::to_string(value)));
        text.and_then(|text| serde_json::from_str(&text))
            .map_err(|error| self.broken(format!("a value cannot be written: {error}")))
    }

    fn read<T: DeserializeOwned>(&self, json: &Value) -> Result<T, Broken> {
        let text = json.to_string();
        wire::scope(self.at, || serde_json::from_str(&text))
            .map_err(|error| self.broken(format!("{text} cannot be read: {error}")))
    }

    fn broken(&self, why: String) -> Broken {
        Broken { path: self.history.path, shape: self.shape.clone(), why }
    }
}

//! steadfast

// Generated code says `::steadfast`, also in the unit tests of this crate.
#[cfg(test)]
extern crate self as steadfast;

pub use axum;
pub use axum::http;
pub use steadfast_core::{Date, DateError, Phase, Policy, Release, Timeline};

#[doc(hidden)]
pub mod __private;
mod clock;
mod context;
mod endpoint;
pub mod problem;
mod transform;

pub use clock::{Clock, FixedClock, SystemClock};
pub use problem::Problem;
#[cfg(feature = "schemars")]
pub use transform::schema_at;
pub use transform::{BodyRejection, Created, Versioned, at_version};

/// Gives a struct a history: what each field was before which version.
///
/// Handlers see the newest shape only, the *head*. Clients of an older version send and see the shape of theirs:
/// [`Versioned`] bodies are read and written in the shape of the served version, wherever in them the type stands.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Date, at_version, versioned};
///
/// #[versioned]
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
/// #[serde(rename_all = "snake_case")]
/// pub struct Payment {
///     pub id: u64,
///     /// Amounts carry their currency.
///     #[changed(
///         in = "2024-12-18",
///         was(amount_cents: i64, #[serde(default = "usd")] currency: String),
///         upgrade = Money::from_parts,
///         downgrade = Money::to_parts,
///     )]
///     pub amount: Money,
///     #[renamed(in = "2026-12-01", was(customer))]
///     pub customer_id: String,
///     #[removed(in = "2024-12-18", was(legacy_ref: String), downgrade = Payment::legacy_ref)]
///     #[added(in = "2025-09-30", default)]
///     pub priority: u8,
/// }
///
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
/// pub struct Money {
///     value: i64,
///     currency: String,
/// }
///
/// impl Money {
///     fn from_parts(value: i64, currency: String) -> Self {
///         Self { value, currency }
///     }
///
///     fn to_parts(&self) -> (i64, String) {
///         (self.value, self.currency.clone())
///     }
/// }
///
/// impl Payment {
///     fn legacy_ref(&self) -> String {
///         format!("L-{}", self.id)
///     }
/// }
///
/// fn usd() -> String {
///     "usd".to_owned()
/// }
///
/// let old = r#"{"id":7,"amount_cents":1000,"customer":"cus_1","legacy_ref":"L-7"}"#;
/// let first = Date::parse("2024-01-15").unwrap();
/// let payment: Payment = at_version(first, || serde_json::from_str(old)).unwrap();
/// assert_eq!(payment.amount, Money { value: 1000, currency: usd() });
///
/// let shown = at_version(first, || serde_json::to_string(&payment)).unwrap();
/// assert_eq!(shown, r#"{"id":7,"amount_cents":1000,"currency":"usd","customer":"cus_1","legacy_ref":"L-7"}"#);
/// ```
///
/// `#[versioned]` stands above `#[derive(..)]` and takes over `Serialize`, `Deserialize` and `schemars::JsonSchema`.
///
/// # Changes
///
/// Each is an attribute of the field as it is now. `in` names the version that brought the change: it and all later
/// ones have the new shape, all before it the old one.
///
/// | statement | what it says |
/// |---|---|
/// | `#[added(in = "..", default)]` | the field is new; what older requests do not send is `Default::default()`, or with `default = x` the value `x`, or what the function `x` returns |
/// | `#[renamed(in = "..", was(old))]` | the field had another name |
/// | `#[changed(in = "..", was(old: T, ..), upgrade = f, downgrade = g)]` | the field was one or more others: `f(T, ..)` gives the field, or a `Result` of it, and `g(&field)` gives the others back, as a tuple if there are several |
/// | `#[removed(in = "..", was(old: T), downgrade = g)]` | before this field another one stood; `g(&whole)` gives its value for older responses, or `default` does |
///
/// A field may have several, of different dates: each speaks about what the later ones left of it. On the struct,
/// `removed` is about a field that stood last, and the others name their fields by `into(..)`: one field that became
/// two is `#[changed(in = "..", was(name: String), into(first, last), upgrade = split, downgrade = join)]`, with
/// `split(String) -> (String, String)` and `join(&String, &String) -> String`.
///
/// Fields of `was(..)` take attributes of serde, and all others keep theirs in every shape. A type that is only
/// serialised needs no `upgrade` and no `default`, one that is only deserialised no `downgrade`. An `upgrade` that
/// returns an error refuses the request as 422, with the error's text. The number of versions costs nothing: a type
/// has one shape more than it has dates of changes.
///
/// <details>
/// <summary>What it expands to</summary>
///
/// For a struct with `#[renamed(in = "2026-12-01", was(customer))] customer_id: String`, shortened:
///
/// ```ignore
/// pub struct Payment { pub customer_id: String }
///
/// const _: () = {
///     // The head, as serde derives it.
///     #[derive(Serialize, Deserialize)]
///     #[serde(remote = "Payment")]
///     struct __Payment { customer_id: String }
///
///     // An older shape: owned to be read, and as a view of the head to be written.
///     #[derive(Deserialize)]
///     struct __PaymentBefore20261201 { customer: String }
///
///     struct __PaymentBefore20261201View<'__head> { __head: &'__head Payment }
///
///     impl<'__head> __PaymentBefore20261201View<'__head> {
///         fn of(__head: &'__head Payment) -> Self { Self { __head } }
///         fn __customer(&self) -> &String { &self.__head.customer_id }
///     }
///
///     #[derive(Serialize)]
///     #[serde(remote = "__PaymentBefore20261201View")]
///     struct __PaymentBefore20261201Down<'__head> {
///         #[serde(getter = "__PaymentBefore20261201View::__customer")]
///         customer: String,
///     }
///
///     impl Serialize for Payment {
///         fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
///             match wire::at() {
///                 ..20261201 => __PaymentBefore20261201Down::serialize(&__PaymentBefore20261201View::of(self), serializer),
///                 _ => __Payment::serialize(self, serializer),
///             }
///         }
///     }
///
///     impl<'de> Deserialize<'de> for Payment {
///         fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
///             match wire::at() {
///                 ..20261201 => {
///                     let __PaymentBefore20261201 { customer, .. } = Deserialize::deserialize(deserializer)?;
///                     Ok(Self { customer_id: customer })
///                 }
///                 _ => __Payment::deserialize(deserializer),
///             }
///         }
///     }
/// };
/// ```
///
/// </details>
pub use steadfast_macros::versioned;

//! What a handler refuses, told in the names of the client.

use crate::problem::{Kind, Problem};
use crate::wire;
use crate::wire::history::TypeHistory;
use crate::wire::older;
use crate::wire::shape::{Depth, Shape, Value};
use axum::response::{IntoResponse, Response};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// The values of a body that a handler refuses, as one 422.
///
/// A handler sees the newest shape only, and so does what validates it. Here each fault is told by its place in that
/// shape, and the client reads it by the place in its own: through every `renamed`, `changed` and `added`, and through
/// the types of fields that have histories too.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Faults, Problem, Versioned, versioned};
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct NewPayment {
///     #[changed(in = "2024-12-18", was(amount_cents: i64), upgrade = Money::from_cents, downgrade = Money::cents)]
///     amount: Money,
///     #[renamed(in = "2024-12-18", was(customer))]
///     customer_id: String,
/// }
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Money {
///     value: i64,
///     currency: String,
/// }
///
/// impl Money {
///     fn from_cents(value: i64) -> Self {
///         Self { value, currency: "usd".to_owned() }
///     }
///
///     fn cents(&self) -> i64 {
///         self.value
///     }
/// }
///
/// // A client of 2024-01-15 is told `{"pointer":"/amount_cents","detail":"must be positive"}`.
/// async fn pay(Versioned(payment): Versioned<NewPayment>) -> Result<Versioned<NewPayment>, Problem> {
///     let mut faults = Faults::of::<NewPayment>();
///     if payment.amount.value <= 0 {
///         faults = faults.at("/amount/value", "must be positive");
///     }
///     if payment.customer_id.is_empty() {
///         faults = faults.at("/customer_id", "must not be empty");
///     }
///     faults.into_result()?;
///     Ok(Versioned(payment))
/// }
/// ```
///
/// A place is a JSON pointer (RFC 6901), or a path as validators write it: `items[3].amount.value`. Its names are those
/// on the wire, after all `rename` and `rename_all`; garde and validator call a field as Rust does. What the client's
/// version does not have is pointed at by what it is in: a field that was added later by its object, a part of a
/// `changed` field by the field that it was. If there were several it is the one that is called like the part, or else
/// the first. Inside a type without `#[versioned]` the names are the same in all versions.
///
/// The problem is `refused-values`, whose member `errors` is a list of `pointer` and `detail`, in order.
/// [`extend`](Self::extend) puts the list into a problem of the application's own.
#[derive(Debug, Clone)]
#[must_use]
pub struct Faults(Errors);

/// The member `errors`, written in the shape of the version that it is written at.
#[derive(Debug, Clone)]
struct Errors {
    history: &'static TypeHistory,
    nesting: usize,
    faults: Vec<Fault>,
}

#[derive(Debug, Clone)]
struct Fault {
    pointer: String,
    detail: Cow<'static, str>,
}

impl Faults {
    /// None yet, of a body of type `T`: a `#[versioned]` type, or a list, a map or an option of one.
    pub fn of<T: Shape>() -> Self {
        Self(Errors { history: T::HISTORY, nesting: T::NESTING, faults: Vec::new() })
    }

    /// One more, by its place in the newest shape. The empty place is the whole.
    pub fn at(mut self, place: &str, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.faults.push(Fault { pointer: pointer(place), detail: detail.into() });
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.faults.is_empty()
    }

    /// The problem, if there are any.
    ///
    /// # Errors
    /// The problem.
    pub fn into_result(self) -> Result<(), Problem> {
        if self.is_empty() { Ok(()) } else { Err(self.into_problem()) }
    }

    /// The problem `refused-values`.
    pub fn into_problem(self) -> Problem {
        self.extend(Problem::of(Kind::RefusedValues))
    }

    /// A problem of the application's own, with the list as its member `errors`.
    ///
    /// ```
    /// use serde::Deserialize;
    /// use steadfast::http::StatusCode;
    /// use steadfast::{Faults, Problem, versioned};
    ///
    /// #[versioned]
    /// #[derive(Deserialize)]
    /// struct NewPayment {
    ///     #[renamed(in = "2024-12-18", was(cents))]
    ///     amount: i64,
    /// }
    ///
    /// fn too_much() -> Problem {
    ///     let problem = Problem::new(StatusCode::FORBIDDEN, "https://example.com/problems/limit", "Over the limit");
    ///     Faults::of::<NewPayment>().at("/amount", "is more than your limit").extend(problem)
    /// }
    /// ```
    pub fn extend(self, problem: Problem) -> Problem {
        let has_changes = self.0.history.has_changes();
        problem.extend_by(Member { errors: self.0 }, move || !has_changes || wire::is_said())
    }
}

#[derive(Serialize)]
struct Member {
    errors: Errors,
}

// The places in it are told in the client's names, and its own names never changed.
impl Shape for Member {
    const IS_LEAF: bool = true;
    type At<D: Depth> = Value;
}

impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        faults.into_problem()
    }
}

impl IntoResponse for Faults {
    fn into_response(self) -> Response {
        self.into_problem().into_response()
    }
}

impl Serialize for Errors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Entry<'a> {
            pointer: String,
            detail: &'a str,
        }
        serializer.collect_seq(self.faults.iter().map(|Fault { pointer, detail }| Entry {
            pointer: older::pointer(self.history, self.nesting, wire::at(), pointer),
            detail,
        }))
    }
}

/// `items[3].amount` as `/items/3/amount`; a pointer stays as it is.
fn pointer(place: &str) -> String {
    if place.is_empty() || place.starts_with('/') {
        return place.to_owned();
    }
    let keys = place.split(['.', '[']).map(|key| key.strip_suffix(']').unwrap_or(key));
    let keys = keys.filter(|key| !key.is_empty());
    keys.fold(String::new(), |pointer, key| pointer + "/" + &key.replace('~', "~0").replace('/', "~1"))
}

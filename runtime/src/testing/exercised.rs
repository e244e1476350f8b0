use crate::changelog::{ChangeVerb, TypeHistory};
use crate::endpoint::{Endpoints, Meta, Part, was_answered};
use crate::wire::exercise::was_exercised;
use crate::wire::shape::Shape;
use std::fmt;

/// Whether the tests of this process have converted values through every change of some types, and have called endpoints
/// in a version before every change of them.
///
/// What is counted is what this process has done so far, in all its threads; so the check belongs at the end of the one
/// test that walks through the versions, as [`each_live_version`](super::each_live_version) does.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::testing::Exercised;
/// use steadfast::{Date, at_version, versioned};
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Payment {
///     #[renamed(in = "2026-12-01", was(customer))]
///     customer_id: String,
/// }
///
/// let version = Date::parse("2025-09-30").unwrap();
/// let payment: Payment = at_version(version, || serde_json::from_str(r#"{"customer":"cus_1"}"#)).unwrap();
/// let missing = Exercised::new().of::<Payment>().check().unwrap_err();
/// assert!(missing.to_string().contains("`customer` was renamed to `customer_id`, never written"));
///
/// at_version(version, || serde_json::to_string(&payment)).unwrap();
/// assert!(Exercised::new().of::<Payment>().check().is_ok());
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "nothing is checked before `check`"]
pub struct Exercised {
    histories: Vec<&'static TypeHistory>,
    endpoints: Vec<&'static Meta>,
}

impl Exercised {
    /// No types yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks about a `#[versioned]` type too, and about those that its fields have.
    pub fn of<T: Shape>(self) -> Self {
        self.with(T::HISTORY)
    }

    /// Asks about these endpoints too: what changed about them, and all types in their `Versioned` bodies.
    pub fn of_endpoints<V, S, const NEEDS: u8>(mut self, endpoints: &Endpoints<V, S, NEEDS>) -> Self {
        let metas = endpoints.metas();
        self.endpoints.extend(&metas);
        metas.iter().flat_map(|meta| meta.types).fold(self, |this, history| this.with(history))
    }

    fn with(mut self, history: &'static TypeHistory) -> Self {
        for history in history.with_held() {
            if self.histories.iter().all(|known| known.path != history.path) {
                self.histories.push(history);
            }
        }
        self
    }

    /// Fails if a change has not been gone through in a direction that it has.
    ///
    /// # Errors
    /// Lists each change that was never read, or never written, in an older shape, and each change of an endpoint that no
    /// request of an older version met.
    pub fn check(&self) -> Result<(), Unexercised> {
        let mut missing = Vec::new();
        for history in &self.histories {
            // A check converts nothing.
            for change in history.changes.iter().filter(|change| change.verb != ChangeVerb::Constrained) {
                let lacks = |has: bool, up: bool| has && !was_exercised(history.path, change.date, up);
                let (unread, unwritten) = (lacks(history.reads, true), lacks(history.writes, false));
                let never = match (unread, unwritten) {
                    (true, true) => "read or written",
                    (true, false) => "read",
                    (false, true) => "written",
                    (false, false) => continue,
                };
                missing.push(format!("`{}` in {}: {change}, never {never}", history.path, change.date));
            }
        }
        for Meta { name, statements, .. } in &self.endpoints {
            for statement in statements.iter().rev() {
                let unseen = |part: &&Part| !was_answered(name, statement.date, **part);
                missing.extend(
                    statement
                        .parts
                        .iter()
                        .filter(unseen)
                        .map(|part| format!("`{name}` in {}: {part}, in no older version", statement.date)),
                );
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(Unexercised { missing }) }
    }
}

/// The changes that no test went through; see [`Exercised`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unexercised {
    missing: Vec<String>,
}

impl fmt::Display for Unexercised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("changes that no test has gone through:")?;
        self.missing.iter().try_for_each(|change| write!(f, "\n* {change}"))
    }
}

impl std::error::Error for Unexercised {}

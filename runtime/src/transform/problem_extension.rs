use super::has_shape;
use super::versioned::{Versioned, unserialisable};
use crate::problem::Problem;
use crate::wire::history::Held;
use crate::wire::shape::{Depth, Inside, Told};
use crate::wire::{Shape, as_served, to_json};
use serde::Serialize;
use serde_json::{Map, Value};
use std::any::type_name;

impl Problem {
    /// Adds the members of a struct, in the shape of the version that the request is served at.
    ///
    /// A member that the problem has already, by its standard or by [`member`](Self::member), stays as it is.
    ///
    /// ```
    /// use serde::Serialize;
    /// use steadfast::http::StatusCode;
    /// use steadfast::{Problem, Versioned, versioned};
    ///
    /// #[versioned]
    /// #[derive(Serialize)]
    /// struct Refused {
    ///     #[renamed(in = "2024-12-18", was(min))]
    ///     minimum: i64,
    /// }
    ///
    /// // Clients of older versions see `"min":1`.
    /// fn too_little() -> Problem {
    ///     Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "https://example.com/problems/amount", "Amount refused")
    ///         .extend(Versioned(Refused { minimum: 1 }))
    /// }
    /// ```
    pub fn extend<T: Shape + Serialize + Send + Sync + 'static>(
        self,
        Versioned(members): Versioned<T>,
    ) -> Self {
        self.extend_by(members, has_shape::<T>)
    }

    /// [`extend`](Self::extend), by a type of the framework's own.
    pub(crate) fn extend_by<T: Shape + Serialize + Send + Sync + 'static>(
        self,
        members: T,
        has_shape: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        self.extension(move || {
            // Outside of a call nobody knows the shape.
            if !has_shape() {
                return Map::new();
            }
            // The problem itself matters more than the members that extend it.
            let refused = |reason: &dyn std::fmt::Display| {
                drop(unserialisable(type_name::<T>(), reason));
                Map::new()
            };
            match as_served(|| to_json(&members).and_then(|text| serde_json::from_slice(&text))) {
                Ok(Value::Object(members)) => members,
                Ok(_) => refused(&"the members of a problem must be an object"),
                Err(error) => refused(&error),
            }
        })
    }
}

/// A socket or a stream may send problems. Their members are of any type, in the shape of the version that reads them.
impl Shape for Problem {
    type At<D: Depth> = Members;
}

/// The members of a problem.
#[derive(Debug)]
pub struct Members;

impl Inside for Members {
    const HELD: &'static [Held] = &[];
    const TELLS: Told = Told::LESS;
}

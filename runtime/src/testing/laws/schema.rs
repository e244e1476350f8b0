//! What is written in a shape is what the schema of the shape says.

use super::{Broken, dates};
use crate::wire;
use crate::wire::shape::Shape;
use jsonschema::Validator;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use std::fmt;

/// The schemas of all shapes of a type, to try values against.
///
/// ```
/// use schemars::JsonSchema;
/// use serde::Serialize;
/// use steadfast::testing::laws;
/// use steadfast::versioned;
///
/// #[versioned]
/// #[derive(Serialize, JsonSchema)]
/// struct Payment {
///     #[changed(in = "2026-12-01", was(#[schemars(with = "u8")] amount: String), downgrade = u64::to_string)]
///     amount: u64,
/// }
///
/// let schemas = laws::Schemas::of::<Payment>().unwrap();
/// let broken = schemas.check(&Payment { amount: 5 }).unwrap_err();
/// assert!(broken.to_string().contains("the shape before 2026-12-01"));
/// ```
#[derive(Debug)]
pub struct Schemas {
    path: &'static str,
    /// The version of each, what it is called, and the schema.
    shapes: Vec<(u32, String, Validator)>,
}

impl Schemas {
    /// The schemas of a type, oldest first.
    ///
    /// # Errors
    /// If one of them is no JSON schema.
    pub fn of<T: Shape + JsonSchema>() -> Result<Self, Broken> {
        let path = T::HISTORY.path;
        let older =
            dates(T::HISTORY).into_iter().map(|date| (date.number() - 1, format!("the shape before {date}")));
        let shapes = older.chain([(wire::HEAD, "the newest shape".to_owned())]).map(|(at, shape)| {
            let schema = wire::scope(at, || SchemaGenerator::default().into_root_schema_for::<T>());
            match jsonschema::validator_for(schema.as_value()) {
                Ok(validator) => Ok((at, shape, validator)),
                Err(error) => {
                    let why = format!("its schema is none: {error}");
                    Err(Broken { path, shape, why })
                }
            }
        });
        Ok(Self { path, shapes: shapes.collect::<Result<_, _>>()? })
    }

    /// Tries one value in every shape.
    ///
    /// # Errors
    /// The first shape that is not what its schema says.
    pub fn check<T: Shape + Serialize>(&self, value: &T) -> Result<(), Broken> {
        for (at, shape, validator) in &self.shapes {
            let broken = |why| Broken { path: self.path, shape: shape.clone(), why };
            let text = wire::scope(*at, || serde_json::to_string(value));
            let json = text
                .and_then(|text| serde_json::from_str(&text))
                .map_err(|error| broken(format!("a value cannot be written: {error}")))?;
            validator.validate(&json).map_err(|error| {
                let place = error.instance_path().to_string();
                let place = if place.is_empty() { "the whole".to_owned() } else { format!("`{place}`") };
                broken(format!("{json} is not what its schema says: {place}: {error}"))
            })?;
        }
        Ok(())
    }
}

/// What `laws!` asks of a type that is `JsonSchema`.
impl<T: Shape + Serialize + JsonSchema + fmt::Debug> super::Described<T> {
    /// Tries the schemas with values of a strategy.
    ///
    /// # Panics
    /// With the smallest value that a schema refuses.
    #[allow(clippy::panic, reason = "the end of a failed test")]
    pub fn hold(strategy: &impl Strategy<Value = T>) {
        let schemas = Schemas::of::<T>().unwrap_or_else(|broken| panic!("{broken}"));
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let tried = runner.run(strategy, |value| {
            schemas.check(&value).map_err(|broken| TestCaseError::fail(broken.to_string()))
        });
        if let Err(error) = tried {
            panic!("{error}");
        }
    }
}

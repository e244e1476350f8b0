use super::at_version;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use steadfast_core::Date;

/// The JSON schema of a type as the version of this date sees it.
///
/// Older shapes have names of their own in `$defs`, such as `Payment.before-2024-12-18`.
///
/// ```
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Date, schema_at, versioned};
///
/// #[versioned]
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// struct Payment {
///     #[renamed(in = "2026-12-01", was(customer))]
///     customer_id: String,
/// }
///
/// let schema = schema_at::<Payment>(Date::parse("2025-09-30").unwrap());
/// assert!(schema.as_value()["properties"].get("customer").is_some());
/// ```
pub fn schema_at<T: JsonSchema + ?Sized>(date: Date) -> Schema {
    at_version(date, || SchemaGenerator::default().into_root_schema_for::<T>())
}

//! Breaking changes that public APIs really made, as those who serve every version would declare them.
//!
//! Each names the vendor, the version and the title of the change in the vendor's changelog. The types have the fields
//! that the change is about and few others. What the changelogs leave open, such as what older clients see of a value
//! that they do not know, is decided here.

#![allow(
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::ptr_arg,
    clippy::ref_option,
    clippy::struct_field_names,
    reason = "upgrades take columns as they are, downgrades borrow them, and names are those of the vendors"
)]

mod github;
mod shopify;
mod stripe;
mod twilio;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use steadfast::{Date, at_version, schema_at};

/// The value as a version sees it.
fn show<T: Serialize>(version: &str, value: &T) -> String {
    at_version(Date::parse(version).unwrap(), || serde_json::to_string(value)).unwrap()
}

/// The value that a version sent, or why it is none, without the place in the text.
fn read<T: DeserializeOwned>(version: &str, text: &str) -> Result<T, String> {
    let read = at_version(Date::parse(version).unwrap(), || serde_json::from_str(text));
    read.map_err(|error| error.to_string().split(" at line").next().unwrap().to_owned())
}

/// Every version sees the value as this text, and sends it so.
fn both_ways<T: Serialize + DeserializeOwned + JsonSchema + PartialEq + Debug>(
    value: &T,
    texts: &[(&str, &str)],
) {
    for (version, text) in texts {
        assert_eq!(show(version, value), *text, "answered to {version}");
        assert_sent(version, text, value);
    }
}

/// The text of a version is this value, and what the schema of the version describes.
fn assert_sent<T: DeserializeOwned + JsonSchema + PartialEq + Debug>(version: &str, text: &str, value: &T) {
    assert_eq!(read::<T>(version, text).as_ref(), Ok(value), "{text} of {version}");
    let schema = schema_at::<T>(Date::parse(version).unwrap()).to_value();
    let valid = jsonschema::is_valid(&schema, &serde_json::from_str(text).unwrap());
    assert!(valid, "{text} of {version} is not {schema}");
}

/// Each version sees the value as this text, which does not hold all that the value says.
fn shown<T: Serialize>(value: &T, texts: &[(&str, &str)]) {
    for (version, text) in texts {
        assert_eq!(show(version, value), *text, "answered to {version}");
    }
}

/// Each text of a version is this value.
fn sent<T: DeserializeOwned + JsonSchema + PartialEq + Debug>(texts: &[(&str, &str, T)]) {
    for (version, text, value) in texts {
        assert_sent(version, text, value);
    }
}

/// Each text is refused in its version, for this reason.
fn refused<T: DeserializeOwned + Debug>(texts: &[(&str, &str, &str)]) {
    for (version, text, reason) in texts {
        assert_eq!(read::<T>(version, text).unwrap_err(), *reason, "{text} of {version}");
    }
}

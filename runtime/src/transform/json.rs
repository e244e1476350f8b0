//! The text of a body.

use super::shape::{Full, Inside, Shape};
use crate::wire::write;
use serde::{Serialize, ser::Error as _};

/// [Writes](write) a value as JSON.
pub(crate) fn to_json<T: Shape + Serialize>(value: &T) -> serde_json::Result<Vec<u8>> {
    write(value, const { <T::At<Full> as Inside>::MIXES })
}

/// [`to_json`], as a text.
pub(crate) fn to_json_text<T: Shape + Serialize>(value: &T) -> serde_json::Result<String> {
    // serde_json writes UTF-8.
    to_json(value).and_then(|text| String::from_utf8(text).map_err(serde_json::Error::custom))
}

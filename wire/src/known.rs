//! Fields that clients of older versions do not know.

use super::fingerprinted::{Fingerprinted, ForFingerprint};
use crate::mode::{self, Purpose};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use std::marker::PhantomData;

/// A field that a client may not know, because its version does not have it.
///
/// What an older client sends back after it has read it lacks every field that was added since. If such a field is a `T`
/// with a default, a PUT or PATCH of that client sets it to the default, whatever is stored. As a `Known<T>` it says
/// whether the client has spoken about it:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Date, Known, at_version, versioned};
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Pool {
///     size: u8,
///     #[added(in = "2025-01-01", default)]
///     labels: Known<Vec<String>>,
/// }
///
/// let read = |version, text| {
///     let version = Date::parse(version).unwrap();
///     at_version(version, || serde_json::from_str::<Pool>(text)).unwrap()
/// };
/// let stored = || vec!["a".to_owned()];
///
/// let older = read("2024-01-01", r#"{"size":2}"#);
/// assert_eq!(older.labels.or(stored()), ["a"]);
///
/// let newer = read("2025-01-01", r#"{"size":2,"labels":[]}"#);
/// assert!(newer.labels.or(stored()).is_empty());
/// ```
///
/// A client that knows the field sends and sees a `T`, which must be there unless `T` is an option. With
/// `#[serde(default)]` such a client may leave it out as well, which is [`Unknown`](Self::Unknown) then: what a PATCH
/// means. If leaving it out means the default of `T`, write `#[serde(default = "Known::of_default")]`.
///
/// A response says what is stored: to write [`Unknown`](Self::Unknown) in a version that has the field is an error. Two
/// requests of which one knows the field and the other does not are never the same request, whatever the value.
///
/// The documentation of `versioned` in `steadfast` has the recipe, under "Writes by older clients".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Known<T> {
    /// The client says nothing of it: its version does not have the field.
    #[default]
    Unknown,
    /// What the client says.
    Value(T),
}

impl<T> Known<T> {
    /// Returns what the client says, or what is stored if it says nothing.
    #[must_use]
    pub fn or(self, stored: T) -> T {
        self.or_else(|| stored)
    }

    /// Returns what the client says, or what `stored` returns if it says nothing.
    pub fn or_else(self, stored: impl FnOnce() -> T) -> T {
        match self {
            Self::Value(value) => value,
            Self::Unknown => stored(),
        }
    }

    /// Returns what the client says, if it says something.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unknown => None,
        }
    }

    /// Returns the default of `T` as if the client had sent it: for `#[serde(default = "Known::of_default")]`, where a
    /// client that knows the field and leaves it out means the default.
    #[must_use]
    pub fn of_default() -> Self
    where
        T: Default,
    {
        Self::Value(T::default())
    }
}

impl<T> From<T> for Known<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Known<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::Value)
    }
}

/// What stands for [`Known::Unknown`] where no client reads it.
const UNKNOWN: &str = "\u{0}unknown";

fn unknown<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
    match mode::purpose() {
        Purpose::Wire { .. } | Purpose::Record => Err(ser::Error::custom(
            "a `Known::Unknown` was written in a version that has the field: write what is stored, as by `Known::or`",
        )),
        Purpose::Fingerprint => serializer.serialize_str(UNKNOWN),
        #[cfg(feature = "testing")]
        Purpose::Law => serializer.serialize_str(UNKNOWN),
    }
}

impl<T: Serialize> Serialize for Known<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Unknown => unknown(serializer),
        }
    }
}

impl<T: Fingerprinted> Fingerprinted for Known<T> {
    const IS_SERIALIZE: bool = T::IS_SERIALIZE;

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => ForFingerprint(value).serialize(serializer),
            Self::Unknown => unknown(serializer),
        }
    }
}

/// Clients that know the field send and see a `T`.
#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Known<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }

    fn _schemars_private_non_optional_json_schema(
        generator: &mut schemars::SchemaGenerator,
    ) -> schemars::Schema {
        T::_schemars_private_non_optional_json_schema(generator)
    }

    fn _schemars_private_is_option() -> bool {
        T::_schemars_private_is_option()
    }
}

/// Values that clients say: a version that has the field shows no others.
#[cfg(feature = "testing")]
impl<T: proptest::arbitrary::Arbitrary> proptest::arbitrary::Arbitrary for Known<T> {
    type Parameters = T::Parameters;
    type Strategy = proptest::strategy::Map<T::Strategy, fn(T) -> Self>;

    fn arbitrary_with(parameters: T::Parameters) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        T::arbitrary_with(parameters).prop_map(Self::Value)
    }
}

/// Whether a field of type `T` says that a client does not know it: `VALUE`, or that of [`NotKnown`].
#[derive(Debug)]
pub struct IsKnown<T>(PhantomData<T>);

impl<T> IsKnown<Known<T>> {
    /// It does.
    pub const VALUE: bool = true;
}

/// The answer of [`IsKnown`] for every other type.
pub trait NotKnown {
    /// It does not.
    const VALUE: bool = false;
}

impl<T> NotKnown for IsKnown<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_then_written_and_read_as_itself() {
        assert_eq!(serde_json::to_string(&Known::Value(7)).unwrap(), "7");
        assert_eq!(serde_json::from_str::<Known<u8>>("7").unwrap(), Known::Value(7));
        assert_eq!(serde_json::from_str::<Known<Option<u8>>>("null").unwrap(), Known::Value(None));
    }

    #[test]
    fn unknown_then_not_written_to_a_client_nor_to_a_record() {
        let write = |purpose| mode::with(purpose, || serde_json::to_string(&Known::<u8>::Unknown)).0;
        for purpose in [Purpose::Wire { is_recorded: false }, Purpose::Record] {
            assert!(write(purpose).unwrap_err().to_string().starts_with("a `Known::Unknown` was written"));
        }
        assert_eq!(write(Purpose::Fingerprint).unwrap(), r#""\u0000unknown""#);
    }
}

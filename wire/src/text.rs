//! The text of a body.

use crate::mode::{is_older, merging};
use crate::shape::{Full, Inside, Shape};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, ser::Error as _};
use serde_json::Value;
use std::collections::HashSet;
use std::fmt;

/// Writes a value of which nothing is known, as [`write`] does.
pub fn to_value<T: Serialize>(value: &T) -> serde_json::Result<Value> {
    serde_json::from_slice(&write(value, true)?)
}

/// Writes a value as JSON; `mixes` if names of several types may stand in one object of it.
///
/// # Errors
/// If it cannot be written, and if an object would have one name twice: where an older client sees one variant of an enum in
/// the place of another, two keys of a map become one; and the older name of a field may be that of a tag, or of a field of
/// another type in the same object.
pub fn write<T: Serialize>(value: &T, mixes: bool) -> serde_json::Result<Vec<u8>> {
    write_by(&mut |text| serde_json::to_writer(text, value), mixes)
}

/// See [`write`].
// Apart from the types of bodies: this is compiled once.
fn write_by(
    write: &mut dyn FnMut(&mut Vec<u8>) -> serde_json::Result<()>,
    mixes: bool,
) -> serde_json::Result<Vec<u8>> {
    // Most bodies fit, in what allocators still serve from their fastest lists; `Vec` doubles for the others.
    let mut text = Vec::with_capacity(1000);
    let (written, has_merged) = merging(|| write(&mut text));
    written?;
    if has_merged || mixes && is_older() {
        let mut deserializer = serde_json::Deserializer::from_slice(&text);
        UniqueNames.deserialize(&mut deserializer).map_err(serde_json::Error::custom)?;
    }
    // A stored response lives for hours.
    if text.len() < text.capacity() / 4 {
        text.shrink_to_fit();
    }
    Ok(text)
}

/// [Writes](write) a value as JSON.
pub fn to_json<T: Shape + Serialize>(value: &T) -> serde_json::Result<Vec<u8>> {
    write(value, const { <T::At<Full> as Inside>::MIXES })
}

/// [`to_json`], as a text.
pub fn to_json_text<T: Shape + Serialize>(value: &T) -> serde_json::Result<String> {
    // serde_json writes UTF-8.
    to_json(value).and_then(|text| String::from_utf8(text).map_err(serde_json::Error::custom))
}

/// Reads any value, and refuses an object that has one name twice.
struct UniqueNames;

impl<'de> DeserializeSeed<'de> for UniqueNames {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UniqueNames {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            members.next_value_seed(Self)?;
            if let Some(double) = names.replace(name) {
                return Err(de::Error::custom(format_args!("two members would have the name `{double}`")));
            }
        }
        Ok(())
    }
}

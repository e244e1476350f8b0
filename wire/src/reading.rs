//! A shape as its columns are read, without a type of its own.
//!
//! It is read as what serde derives for a struct would be, with the same errors. A derived impl is four items and some
//! hundred lines that every compilation of the user's crate checks again; this is checked once, and each shape is one
//! call.

#![allow(
    clippy::inline_always,
    reason = "a list is flat only if each of its pairs is inlined into the one before it"
)]

#[cfg(test)]
mod tests;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, Expected, IgnoredAny, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use std::fmt;
use std::marker::PhantomData;

/// What serde is told about a struct.
#[derive(Debug, Clone, Copy)]
pub struct Struct {
    /// Its name.
    pub name: &'static str,
    /// What an error says was expected.
    pub expecting: &'static str,
    /// The names of its columns on the wire.
    pub fields: &'static [&'static str],
    /// Whether there may be no others.
    pub is_closed: bool,
    /// Returns the index of the column of a name, or their number for any other.
    pub find: fn(&str) -> usize,
}

/// Reads the columns of a shape: a list of pairs, `(first, (second, ()))`.
#[inline]
pub fn read<'de, D: Deserializer<'de>, C: Columns<'de>>(
    deserializer: D,
    shape: &'static Struct,
    columns: C,
) -> Result<C::Values, D::Error> {
    deserializer.deserialize_struct(shape.name, shape.fields, Reader { shape, columns, marker: PhantomData })
}

// What the two return is opaque, so that a type that cannot be read is an error here and not once more in `read`.

/// A column that must be there.
#[inline]
pub fn column<'de, T: Deserialize<'de>>() -> impl Column<'de, Value = T> {
    Required(None)
}

/// A column that is made by `absent` where it is not there.
#[inline]
pub fn column_or<'de, T: Deserialize<'de>>(absent: fn() -> T) -> impl Column<'de, Value = T> {
    Defaulted(None, absent)
}

struct Required<T>(Option<T>);

struct Defaulted<T>(Option<T>, fn() -> T);

/// The place of one column.
pub trait Column<'de> {
    /// Its type.
    type Value: Deserialize<'de>;
    /// Where the value is put.
    fn place(&mut self) -> &mut Option<Self::Value>;
    /// The value of a column that is not there, if there can be one.
    fn absent(&self) -> Option<Self::Value>;
    /// The value.
    fn value(self) -> Option<Self::Value>;
}

impl<'de, T: Deserialize<'de>> Column<'de> for Required<T> {
    type Value = T;

    #[inline(always)]
    fn place(&mut self) -> &mut Option<T> {
        &mut self.0
    }

    #[inline(always)]
    fn absent(&self) -> Option<T> {
        None
    }

    #[inline(always)]
    fn value(self) -> Option<T> {
        self.0
    }
}

impl<'de, T: Deserialize<'de>> Column<'de> for Defaulted<T> {
    type Value = T;

    #[inline(always)]
    fn place(&mut self) -> &mut Option<T> {
        &mut self.0
    }

    #[inline(always)]
    fn absent(&self) -> Option<T> {
        Some((self.1)())
    }

    #[inline(always)]
    fn value(self) -> Option<T> {
        self.0
    }
}

/// The places of all columns.
///
/// They are filled one by one, then those that were not there all at once, and emptied last: values that are taken out
/// while others may still be missed would be moved about once more for each.
pub trait Columns<'de> {
    /// The values, as pairs.
    type Values;

    /// Reads the value of one column; `false` if it has been read before.
    fn fill<A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<bool, A::Error>;

    /// Reads what has no names.
    fn fill_all<A: SeqAccess<'de>>(
        &mut self,
        seq: &mut A,
        index: usize,
        expected: &dyn Expected,
    ) -> Result<(), A::Error>;

    /// Fills the places of what was not there; `fields` are the names of these columns.
    fn complete<E: Error>(&mut self, fields: &[&'static str]) -> Result<(), E>;

    /// The values, if all places are filled.
    fn values(self) -> Option<Self::Values>;
}

impl<'de> Columns<'de> for () {
    type Values = ();

    #[inline(always)]
    fn fill<A: MapAccess<'de>>(&mut self, _: usize, _: &mut A) -> Result<bool, A::Error> {
        Ok(false)
    }

    #[inline]
    fn fill_all<A: SeqAccess<'de>>(&mut self, _: &mut A, _: usize, _: &dyn Expected) -> Result<(), A::Error> {
        Ok(())
    }

    #[inline(always)]
    fn complete<E: Error>(&mut self, _: &[&'static str]) -> Result<(), E> {
        Ok(())
    }

    #[inline]
    fn values(self) -> Option<()> {
        Some(())
    }
}

impl<'de, C: Column<'de>, R: Columns<'de>> Columns<'de> for (C, R) {
    type Values = (C::Value, R::Values);

    #[inline(always)]
    fn fill<A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<bool, A::Error> {
        if index > 0 {
            return self.1.fill(index - 1, map);
        }
        let place = self.0.place();
        if place.is_some() {
            return Ok(false);
        }
        *place = Some(map.next_value()?);
        Ok(true)
    }

    #[inline]
    fn fill_all<A: SeqAccess<'de>>(
        &mut self,
        seq: &mut A,
        index: usize,
        expected: &dyn Expected,
    ) -> Result<(), A::Error> {
        let value = seq.next_element()?.or_else(|| self.0.absent());
        let missing = || A::Error::invalid_length(index, expected);
        *self.0.place() = Some(value.ok_or_else(missing)?);
        self.1.fill_all(seq, index + 1, expected)
    }

    #[inline(always)]
    fn complete<E: Error>(&mut self, fields: &[&'static str]) -> Result<(), E> {
        let (field, fields) = fields.split_first().unwrap_or((&"", &[]));
        if self.0.place().is_none() {
            let value = match self.0.absent() {
                Some(value) => value,
                None => C::Value::deserialize(Absent(field, PhantomData))?,
            };
            *self.0.place() = Some(value);
        }
        self.1.complete(fields)
    }

    #[inline(always)]
    fn values(self) -> Option<Self::Values> {
        Some((self.0.value()?, self.1.values()?))
    }
}

struct Reader<'de, C> {
    shape: &'static Struct,
    columns: C,
    marker: PhantomData<&'de ()>,
}

impl<'de, C: Columns<'de>> Visitor<'de> for Reader<'de, C> {
    type Value = C::Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expected::fmt(self.shape, f)
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<C::Values, A::Error> {
        self.columns.fill_all(&mut seq, 0, self.shape)?;
        self.columns.values().ok_or_else(unfilled)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<C::Values, A::Error> {
        read_members(self.shape, &mut map, &mut self.columns)?;
        self.columns.complete(self.shape.fields)?;
        self.columns.values().ok_or_else(unfilled)
    }
}

/// The places of all columns, as members of an object fill them.
trait Fill<'de, A: MapAccess<'de>> {
    fn fill(&mut self, index: usize, map: &mut A) -> Result<bool, A::Error>;
}

impl<'de, A: MapAccess<'de>, C: Columns<'de>> Fill<'de, A> for C {
    fn fill(&mut self, index: usize, map: &mut A) -> Result<bool, A::Error> {
        Columns::fill(self, index, map)
    }
}

/// Reads all members of an object.
// Without optimisation it is compiled once, and not for every shape.
#[inline]
fn read_members<'de, A: MapAccess<'de>>(
    shape: &'static Struct,
    map: &mut A,
    columns: &mut dyn Fill<'de, A>,
) -> Result<(), A::Error> {
    while let Some(index) = map.next_key_seed(Name(shape))? {
        if index == shape.fields.len() {
            map.next_value::<IgnoredAny>()?;
        } else if !columns.fill(index, map)? {
            return Err(A::Error::duplicate_field(shape.fields[index]));
        }
    }
    Ok(())
}

/// Cannot be: whoever asks for the values has filled all places.
#[cold]
fn unfilled<E: Error>() -> E {
    E::custom("a column is missing")
}

impl Expected for Struct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }
}

/// Reads the name of a column, as its index; the number of columns stands for an unknown one.
struct Name(&'static Struct);

impl Name {
    fn found<E: Error>(&self, index: usize, unknown: impl FnOnce() -> E) -> Result<usize, E> {
        if self.0.is_closed && index == self.0.fields.len() { Err(unknown()) } else { Ok(index) }
    }
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = usize;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    fn visit_u64<E: Error>(self, index: u64) -> Result<usize, E> {
        let count = self.0.fields.len();
        let found = usize::try_from(index).map_or(count, |index| index.min(count));
        self.found(found, || {
            let expected = format!("field index 0 <= i < {count}");
            E::invalid_value(Unexpected::Unsigned(index), &expected.as_str())
        })
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        self.found((self.0.find)(name), || E::unknown_field(name, self.0.fields))
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<usize, E> {
        let found = str::from_utf8(name).map_or(self.0.fields.len(), self.0.find);
        self.found(found, || E::unknown_field(&String::from_utf8_lossy(name), self.0.fields))
    }
}

/// In the place of a column that is not there: an `Option` is `None`, and any other type is missed.
struct Absent<E>(&'static str, PhantomData<E>);

impl<'de, E: Error> Deserializer<'de> for Absent<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

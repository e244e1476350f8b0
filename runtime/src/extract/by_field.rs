//! Named texts of which a type asks for some, by the names of its fields.

use form_urlencoded::Serializer;
use serde::de::value::Error;
use serde::de::{Error as _, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use std::borrow::Cow;

/// Where the texts are.
pub(super) trait Texts {
    /// Those of a field, in order; or why one of them cannot be read.
    fn of(&self, field: &str) -> Result<Vec<Cow<'_, str>>, String>;

    /// The name on the wire, as far as names that stand for the same texts go.
    fn wire_name(field: &str) -> Cow<'_, str>;

    /// All of them, each under the name that a field would have.
    fn all(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)>;
}

/// Reads a struct from the texts of its fields, and of no others: what a type does not ask for is not its business,
/// even if it denies unknown fields. A map gets all of them.
///
/// What is found is written as a query, which `serde_html_form` reads.
pub(super) struct ByField<'de, S> {
    texts: S,
    query: &'de mut String,
}

impl<'de, S: Texts> ByField<'de, S> {
    /// `query` is where the texts are written, and must be empty.
    pub(super) fn new(texts: S, query: &'de mut String) -> Self {
        Self { texts, query }
    }

    fn write(self, fields: Option<&[&str]>) -> Result<serde_html_form::Deserializer<'de>, Error> {
        let Self { texts, query } = self;
        let mut pairs = Serializer::new(&mut *query);
        match fields {
            Some(fields) => {
                for (i, field) in fields.iter().enumerate() {
                    // An alias may be the same name.
                    let name = S::wire_name(field);
                    if fields[..i].iter().any(|earlier| S::wire_name(earlier) == name) {
                        continue;
                    }
                    for text in texts.of(field).map_err(Error::custom)? {
                        pairs.append_pair(field, &text);
                    }
                }
            }
            None => drop(pairs.extend_pairs(texts.all())),
        }
        Ok(serde_html_form::Deserializer::from_bytes(query.as_bytes()))
    }
}

impl<'de, S: Texts> Deserializer<'de> for ByField<'de, S> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.write(Some(fields))?.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.write(None)?.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.write(None)?.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit_struct tuple
        tuple_struct map enum identifier ignored_any
    }
}

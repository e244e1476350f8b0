//! The fields that a type reads, asked of its `Deserialize`: it names them to whatever it reads from.

use super::at_version;
use super::restated::unharmed;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use steadfast_core::Date;

/// What is known of the fields of one type.
#[derive(Clone, Copy)]
pub struct Outline(fn(&str) -> Result<(), Lacks>);

/// Where a pointer points at nothing: there are only these names, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacks {
    /// The pointer to what has them, empty for the body itself.
    pub(crate) within: String,
    pub(crate) names: Names,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    Only(&'static [&'static str]),
    /// It is a list.
    Elements,
}

impl Outline {
    /// Of a type that can be read.
    pub(crate) const fn of<T: DeserializeOwned>() -> Self {
        Self(look::<T>)
    }

    /// Whether a JSON pointer, in which `*` is any name, may point at something that is read at a version. A type that
    /// reads what it does not name may read anything.
    pub(crate) fn has(self, pointer: &str, version: Option<Date>) -> Result<(), Lacks> {
        let look = || Some((self.0)(pointer));
        let found = unharmed(|| match version {
            Some(version) => at_version(version, look),
            None => look(),
        });
        found.unwrap_or(Ok(()))
    }
}

impl fmt::Debug for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outline")
    }
}

fn look<T: DeserializeOwned>(pointer: &str) -> Result<(), Lacks> {
    let lacks = RefCell::new(None);
    // It ends where the pointer does, or before.
    let _ = T::deserialize(Place { pointer, at: 0, unnamed: None, lacks: &lacks });
    lacks.into_inner().map_or(Ok(()), Err)
}

/// A value of which nothing is known but how the pointer goes on below it.
#[derive(Clone, Copy)]
struct Place<'a> {
    pointer: &'a str,
    /// Where the rest of it begins.
    at: usize,
    /// What it stands in has only these names, unless it is read all the same.
    unnamed: Option<Unnamed<'a>>,
    lacks: &'a RefCell<Option<Lacks>>,
}

/// A name that is none of those that a type tells, which may still know it: of a type whose `Deserialize` is written by
/// hand nobody checks what it tells.
#[derive(Clone, Copy)]
struct Unnamed<'a> {
    within: &'a str,
    names: &'static [&'static str],
}

/// The end of all reading.
#[derive(Debug)]
struct End;

impl<'a> Place<'a> {
    /// The next name, and what is below it.
    fn next(self) -> Option<(&'a str, Self)> {
        let rest = self.pointer[self.at..].strip_prefix('/')?;
        let name = rest.split('/').next().unwrap_or_default();
        Some((name, Self { at: self.at + 1 + name.len(), unnamed: None, ..self }))
    }

    /// The next name, which should be one of `names`; `*` may be any.
    fn next_of(self, names: &'static [&'static str]) -> Result<(Cow<'a, str>, Self), End> {
        let (name, below) = self.next().filter(|(name, _)| *name != "*").ok_or(End)?;
        let name = unescaped(name);
        let within = &self.pointer[..self.at];
        let unnamed =
            if names.iter().any(|known| *known == name) { None } else { Some(Unnamed { within, names }) };
        Ok((name, Self { unnamed, ..below }))
    }

    fn lacks(self, within: &str, names: Names) -> End {
        self.lacks.borrow_mut().get_or_insert(Lacks { within: within.to_owned(), names });
        End
    }

    /// The name of this is not known to what it stands in.
    fn is_unread(self) -> End {
        self.unnamed.map_or(End, |Unnamed { within, names }| self.lacks(within, Names::Only(names)))
    }

    /// An element of a list, or of a tuple of so many. Of which type it is, is known of the first.
    fn element<'de, V: Visitor<'de>>(self, length: Option<usize>, visitor: V) -> Result<V::Value, End> {
        let (name, below) = self.next().ok_or(End)?;
        if name != "*" && !name.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.lacks(&self.pointer[..self.at], Names::Elements));
        }
        let is_first = name == "0" || name == "*" && length.is_none_or(|length| length == 1);
        if is_first { visitor.visit_seq(Only(Some(below))) } else { Err(End) }
    }

    fn member<'de, V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, End> {
        let (name, below) = self.next_of(names)?;
        visitor.visit_map(Member { name: Some(name), below })
    }
}

/// As RFC 6901 has it, and `~2` for a `*`.
fn unescaped(name: &str) -> Cow<'_, str> {
    if name.contains('~') {
        name.replace("~2", "*").replace("~1", "/").replace("~0", "~").into()
    } else {
        name.into()
    }
}

impl<'de> Deserializer<'de> for Place<'_> {
    type Error = End;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, End> {
        Err(End)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, End> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, End> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, End> {
        self.element(None, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, End> {
        self.element(Some(length), visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, End> {
        self.element(Some(length), visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, End> {
        let (name, below) = self.next().ok_or(End)?;
        visitor.visit_map(Member { name: Some(unescaped(name)), below })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, End> {
        // Such as those by which formats tell their own values from others.
        if name.starts_with('$') { Err(End) } else { self.member(fields, visitor) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, End> {
        let (name, below) = self.next_of(variants)?;
        visitor.visit_enum(Variant { name, below })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, End> {
        Err(self.is_unread())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        identifier
    }
}

/// The one element that the pointer leads to.
struct Only<'a>(Option<Place<'a>>);

impl<'de> SeqAccess<'de> for Only<'_> {
    type Error = End;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, End> {
        self.0.take().map(|below| seed.deserialize(below)).transpose()
    }
}

/// The one member that the pointer leads to.
struct Member<'a> {
    name: Option<Cow<'a, str>>,
    below: Place<'a>,
}

impl<'de> MapAccess<'de> for Member<'_> {
    type Error = End;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, End> {
        let name = self.name.take();
        let found = name.map(|name| seed.deserialize(key(&name)));
        found.transpose().map_err(|End| self.below.is_unread())
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, End> {
        seed.deserialize(self.below)
    }
}

fn key(name: &str) -> StrDeserializer<'_, End> {
    name.into_deserializer()
}

/// The variant that the pointer leads to.
struct Variant<'a> {
    name: Cow<'a, str>,
    below: Place<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = End;
    type Variant = Place<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Place<'a>), End> {
        let found = seed.deserialize(key(&self.name));
        found.map(|variant| (variant, self.below)).map_err(|End| self.below.is_unread())
    }
}

impl<'de> VariantAccess<'de> for Place<'_> {
    type Error = End;

    fn unit_variant(self) -> Result<(), End> {
        Err(End)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, End> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, End> {
        self.element(Some(length), visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, End> {
        self.member(fields, visitor)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing to read")
    }
}

impl std::error::Error for End {}

impl Error for End {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

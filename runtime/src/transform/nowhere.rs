//! Serialisation that writes nothing: a value is asked what it has, and no number is printed and no text escaped for it.

use serde::ser::{self, Serialize, Serializer};
use std::fmt::{self, Display};

/// Whether `value` can be written to its end. What it says on the way is said.
pub(super) fn is_written<T: Serialize + ?Sized>(value: &T) -> bool {
    value.serialize(Nowhere).is_ok()
}

struct Nowhere;

/// A value says that it cannot be written; nobody asks why.
#[derive(Debug)]
struct Unwritable;

impl Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it cannot be written")
    }
}

impl std::error::Error for Unwritable {}

impl ser::Error for Unwritable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

type Done = Result<(), Unwritable>;

macro_rules! scalars {
    ($($method:ident: $scalar:ty;)*) => {
        $(fn $method(self, _: $scalar) -> Done {
            Ok(())
        })*
    };
}

impl Serializer for Nowhere {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    scalars! {
        serialize_bool: bool;
        serialize_i8: i8;
        serialize_i16: i16;
        serialize_i32: i32;
        serialize_i64: i64;
        serialize_i128: i128;
        serialize_u8: u8;
        serialize_u16: u16;
        serialize_u32: u32;
        serialize_u64: u64;
        serialize_u128: u128;
        serialize_f32: f32;
        serialize_f64: f64;
        serialize_char: char;
        serialize_str: &str;
        serialize_bytes: &[u8];
        serialize_unit_struct: &'static str;
    }

    fn serialize_none(self) -> Done {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Done {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Done {
        Ok(())
    }
}

macro_rules! compounds {
    ($($compound:ident: $method:ident($($key:ty)?);)*) => {
        $(impl ser::$compound for Nowhere {
            type Ok = ();
            type Error = Unwritable;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $key,)? value: &T) -> Done {
                value.serialize(Self)
            }

            fn end(self) -> Done {
                Ok(())
            }
        })*
    };
}

compounds! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(&'static str);
    SerializeStructVariant: serialize_field(&'static str);
}

impl ser::SerializeMap for Nowhere {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        key.serialize(Self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(Self)
    }

    fn end(self) -> Done {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::collections::BTreeMap;

    thread_local! {
        static SEEN: Cell<u32> = const { Cell::new(0) };
    }

    /// It counts how often it is asked. Not of size zero, as nothing is that is kept in a map.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    struct Probe(u8);

    const PROBE: Probe = Probe(0);

    impl Serialize for Probe {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            SEEN.set(SEEN.get() + 1);
            serializer.collect_str("probe")
        }
    }

    struct Broken(u8);

    const BROKEN: Broken = Broken(0);

    impl Serialize for Broken {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(ser::Error::custom(self.0))
        }
    }

    #[derive(serde::Serialize)]
    struct Unit;

    #[derive(serde::Serialize)]
    struct Newtype<T>(T);

    #[derive(serde::Serialize)]
    struct Pair<T>(Probe, T);

    #[derive(serde::Serialize)]
    enum Variant<T> {
        Unit,
        Newtype(T),
        Pair(Probe, T),
        Struct { probe: Probe, value: T },
    }

    #[derive(serde::Serialize)]
    struct All<T> {
        scalars: (bool, i8, i128, u64, f64, char, &'static str, (), Unit),
        some: Option<Probe>,
        none: Option<Probe>,
        list: Vec<Probe>,
        map: BTreeMap<Probe, Probe>,
        newtype: Newtype<Probe>,
        pair: Pair<Probe>,
        variants: Vec<Variant<Probe>>,
        #[serde(flatten)]
        rest: BTreeMap<&'static str, T>,
    }

    #[test]
    fn everything_is_asked_that_is_asked_in_json() {
        let all = All {
            scalars: (true, 1, 2, 3, 4.0, 'c', "text", (), Unit),
            some: Some(PROBE),
            none: None,
            list: vec![PROBE, PROBE],
            map: BTreeMap::from([(PROBE, PROBE)]),
            newtype: Newtype(PROBE),
            pair: Pair(PROBE, PROBE),
            variants: vec![
                Variant::Unit,
                Variant::Newtype(PROBE),
                Variant::Pair(PROBE, PROBE),
                Variant::Struct { probe: PROBE, value: PROBE },
            ],
            rest: BTreeMap::from([("rest", PROBE)]),
        };
        assert!(is_written(&all));
        let seen = SEEN.replace(0);
        serde_json::to_string(&all).unwrap();
        assert_eq!((seen, SEEN.get()), (14, 14));
    }

    #[test]
    fn what_cannot_be_written_is_not_wherever_it_stands() {
        assert!(!is_written(&BROKEN));
        assert!(!is_written(&Some(BROKEN)));
        assert!(!is_written(&[BROKEN]));
        assert!(!is_written(&(1, BROKEN)));
        assert!(!is_written(&Newtype(BROKEN)));
        assert!(!is_written(&Pair(PROBE, BROKEN)));
        assert!(!is_written(&BTreeMap::from([(1, BROKEN)])));
        assert!(!is_written(&Variant::Newtype(BROKEN)));
        assert!(!is_written(&Variant::Pair(PROBE, BROKEN)));
        assert!(!is_written(&Variant::Struct { probe: PROBE, value: BROKEN }));
    }
}

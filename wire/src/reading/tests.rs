//! What is read, and every error, is as if serde had derived it.

use super::{Struct, column, column_or, read};
use crate::writing::{field, field_unless, write};
use serde::de::value::{self, BytesDeserializer, MapDeserializer, SeqDeserializer, U64Deserializer};
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

fn four() -> u8 {
    4
}

#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
#[serde(expecting = "an open thing")]
struct Open {
    id: u8,
    note: Option<u8>,
    #[serde(default)]
    size: u8,
    #[serde(default = "four", skip_serializing_if = "is_four")]
    legs: u8,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, expecting = "a closed thing")]
struct Closed {
    id: u8,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_four(legs: &u8) -> bool {
    *legs == 4
}

fn open<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Open, D::Error> {
    let shape = &Struct {
        name: "Open",
        expecting: "an open thing",
        fields: &["id", "note", "size", "legs"],
        is_closed: false,
        find: |name| match name {
            "id" => 0,
            "note" => 1,
            "size" => 2,
            "legs" => 3,
            _ => 4,
        },
    };
    let columns = (
        column::<u8>(),
        (column::<Option<u8>>(), (column_or::<u8>(Default::default), (column_or::<u8>(four), ()))),
    );
    let (id, (note, (size, (legs, ())))) = read(deserializer, shape, columns)?;
    Ok(Open { id, note, size, legs })
}

fn closed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Closed, D::Error> {
    let shape = &Struct {
        name: "Closed",
        expecting: "a closed thing",
        fields: &["id"],
        is_closed: true,
        find: |name| usize::from(name != "id"),
    };
    let (id, ()) = read(deserializer, shape, (column::<u8>(), ()))?;
    Ok(Closed { id })
}

const TEXTS: [&str; 24] = [
    r#"{"id":1,"note":2,"size":3,"legs":5}"#,
    r#"{"legs":5,"size":3,"note":2,"id":1}"#,
    r#"{"id":1}"#,
    r#"{"id":1,"note":null}"#,
    r#"{"note":1}"#,
    "{}",
    r#"{"id":1,"id":2}"#,
    r#"{"id":1,"note":null,"note":1}"#,
    r#"{"id":1,"legs":1,"size":1,"legs":1}"#,
    r#"{"id":1,"more":{"a":[1,2]}}"#,
    r#"{"more":1,"id":1}"#,
    r#"{"":1,"id":1}"#,
    r#"{"\u0069d":1}"#,
    r#"{"id":"one"}"#,
    r#"{"id":1,"#,
    "[]",
    "[1]",
    "[1,2]",
    "[1,2,3]",
    "[1,2,3,5]",
    "[1,2,3,5,6]",
    "null",
    "7",
    r#""text""#,
];

/// The two answers to the same text, in words.
fn answers<T: std::fmt::Debug>(
    text: &str,
    derived: impl Fn(&mut serde_json::Deserializer<serde_json::de::StrRead<'_>>) -> Result<T, serde_json::Error>,
) -> String {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = derived(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    match read {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn texts_are_read_and_refused_in_the_same_words() {
    for text in TEXTS {
        assert_eq!(answers(text, |d| open(d)), answers(text, |d| Open::deserialize(d)), "{text}");
        assert_eq!(answers(text, |d| closed(d)), answers(text, |d| Closed::deserialize(d)), "{text}");
    }
}

fn words<T: std::fmt::Debug>(read: Result<T, value::Error>) -> String {
    read.map_or_else(|error| error.to_string(), |value| format!("{value:?}"))
}

/// A column may also be named by bytes or by its index.
#[test]
fn names_of_all_kinds_are_the_same_names() {
    for names in [[0, 1], [3, 0], [2, 7], [0, u64::MAX]] {
        let map = || {
            let pairs = names.into_iter().map(|name| (U64Deserializer::<value::Error>::new(name), 1_u8));
            MapDeserializer::new(pairs)
        };
        assert_eq!(words(open(map())), words(Open::deserialize(map())), "{names:?}");
        assert_eq!(words(closed(map())), words(Closed::deserialize(map())), "{names:?}");
    }
    for name in [&b"id"[..], b"more", b"\xff"] {
        let map = || {
            let pairs = [(BytesDeserializer::<value::Error>::new(name), 1_u8)];
            MapDeserializer::new(pairs.into_iter())
        };
        assert_eq!(words(open(map())), words(Open::deserialize(map())), "{name:?}");
        assert_eq!(words(closed(map())), words(Closed::deserialize(map())), "{name:?}");
    }
}

#[test]
fn what_is_not_there_is_an_error_of_the_format() {
    let empty = || SeqDeserializer::<_, value::Error>::new(std::iter::empty::<u8>());
    assert_eq!(words(open(empty())), words(Open::deserialize(empty())));
    assert_eq!(open(empty()).unwrap_err(), value::Error::invalid_length(0, &"an open thing"));
}

struct Written<'a>(&'a Open);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Open { id, note, size, legs } = self.0;
        let legs = field_unless(is_four(legs), "legs", legs);
        write(serializer, "Open", (field("id", id), (field("note", note), (field("size", size), (legs, ())))))
    }
}

#[test]
fn what_is_written_is_the_same() {
    for legs in [4, 5] {
        let open = Open { id: 1, note: None, size: 2, legs };
        let text = serde_json::to_string(&Written(&open)).unwrap();
        assert_eq!(text, serde_json::to_string(&open).unwrap());
    }
}

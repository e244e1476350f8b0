use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::ops::Range;

/// From this many digits on, a number may be one that `f64` cannot tell from its neighbour.
const INEXACT_DIGITS: usize = 15;

/// Appends a form of the JSON document `body` in which white space, the order of members and the escapes of strings
/// no longer show. `false`, with part of it appended, if the body is not JSON or holds a number that would lose
/// digits: then only its bytes say what it is.
///
/// `1` and `1.0` stay different. Members that repeat a name stay in the order they came in.
pub(super) fn write(body: &[u8], out: &mut Vec<u8>) -> bool {
    let mut writer = Writer { out, members: Vec::new(), floats: false };
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let written = Value(&mut writer).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    written.is_ok() && !(writer.floats && has_long_number(body))
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// The members of every object that is still open, innermost last: one buffer for the whole document.
    members: Vec<Member>,
    floats: bool,
}

/// Where in the output a member stands. The name includes its tag and length.
struct Member {
    name: Range<usize>,
    end: usize,
}

struct Value<'w, 'a>(&'w mut Writer<'a>);

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Every value begins with a tag and either has a known length or ends with a mark that is no tag.
impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.out.push(b'n');
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.0.out.push(if value { b't' } else { b'f' });
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.0.number(b'u', value.to_le_bytes());
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.0.number(b'i', value.to_le_bytes());
        Ok(())
    }

    /// Also what `serde_json` makes of an integer beyond 64 bits.
    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.0.floats = true;
        self.0.number(b'd', value.to_bits().to_le_bytes());
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.0.string(value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        self.0.out.push(b'[');
        while elements.next_element_seed(Value(self.0))?.is_some() {}
        self.0.out.push(b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let writer = self.0;
        writer.out.push(b'{');
        let (start, first) = (writer.out.len(), writer.members.len());
        loop {
            let name = writer.out.len();
            if members.next_key_seed(Value(writer))?.is_none() {
                break;
            }
            let name = name..writer.out.len();
            members.next_value_seed(Value(writer))?;
            writer.members.push(Member { name, end: writer.out.len() });
        }
        writer.sort(start, first);
        writer.out.push(b'}');
        Ok(())
    }
}

impl Writer<'_> {
    fn number(&mut self, tag: u8, bytes: [u8; 8]) {
        self.out.push(tag);
        self.out.extend_from_slice(&bytes);
    }

    fn string(&mut self, value: &str) {
        self.out.push(b's');
        self.out.extend_from_slice(&(value.len() as u64).to_le_bytes());
        self.out.extend_from_slice(value.as_bytes());
    }

    /// Sorts the members from `first` on, whose text begins at `start`. Most clients always send one order, so that
    /// the text is only copied if it has to change.
    fn sort(&mut self, start: usize, first: usize) {
        let members = &mut self.members[first..];
        let out = &mut *self.out;
        if !members.is_sorted_by(|a, b| out[a.name.clone()] <= out[b.name.clone()]) {
            members.sort_by(|a, b| out[a.name.clone()].cmp(&out[b.name.clone()]));
            let unsorted = out.split_off(start);
            for member in members {
                out.extend_from_slice(&unsorted[member.name.start - start..member.end - start]);
            }
        }
        self.members.truncate(first);
    }
}

/// Whether the text holds so many digits in a row, a decimal point among them allowed. Digits inside strings are
/// counted too: that only costs such a body its canonical form.
fn has_long_number(body: &[u8]) -> bool {
    let mut digits = 0;
    for byte in body {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'.' => {}
            _ => digits = 0,
        }
        if digits >= INEXACT_DIGITS {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    fn canonical(body: &str) -> Option<Vec<u8>> {
        let mut out = b"before".to_vec();
        write(body.as_bytes(), &mut out).then(|| out.split_off(6))
    }

    #[track_caller]
    fn same(one: &str, two: &str) {
        assert!(canonical(one).is_some(), "{one}");
        assert_eq!(canonical(one), canonical(two), "{one} and {two}");
    }

    #[track_caller]
    fn different(one: &str, two: &str) {
        assert!(canonical(one).is_none() || canonical(one) != canonical(two), "{one} and {two}");
    }

    #[test]
    fn what_does_not_count() {
        same(r#"{"a":1,"b":[true,null]}"#, " {\"b\" : [ true , null ],\n\"a\":1}");
        same(r#"{"a":{"x":1,"y":2},"b":{"x":1,"y":2}}"#, r#"{"b":{"y":2,"x":1},"a":{"y":2,"x":1}}"#);
        same(r#"[{"b":1,"a":[{"d":1,"c":2}]},5]"#, r#"[{"a":[{"c":2,"d":1}],"b":1},5]"#);
        same(r#""é""#, r#""\u00e9""#);
        same("12.50", "12.5");
    }

    #[test]
    fn what_counts() {
        different("1", "1.0");
        different("1", "\"1\"");
        different("-1", "18446744073709551615");
        different("[1,2]", "[2,1]");
        different("[[1],2]", "[[1,2]]");
        different(r#"["a","b"]"#, r#"["ab"]"#);
        different(r#"{"a":1,"a":2}"#, r#"{"a":2,"a":1}"#);
        different("null", "false");
        different("{}", "[]");
    }

    #[test]
    fn numbers_that_lose_digits_have_no_canonical_form() {
        for lossy in ["18446744073709551616", "0.1000000000000000055", "[1.5, 123456789.1234567]"] {
            assert_eq!(canonical(lossy), None, "{lossy}");
        }
        for exact in
            ["18446744073709551615", "-9223372036854775808", "1e20", "12345678.12", "\"1234567890123456\""]
        {
            assert!(canonical(exact).is_some(), "{exact}");
        }
    }

    #[test]
    fn only_a_whole_document_has_a_canonical_form() {
        for malformed in ["", "{", "{} {}", "{\"a\":1,}", "nul", &"[".repeat(1000)] {
            assert_eq!(canonical(malformed), None, "{malformed}");
        }
    }

    fn documents() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<u64>().prop_map(Json::from),
            (-1000..1000_i32).prop_map(|n| Json::from(f64::from(n) / 8.0)),
            "\\PC{0,8}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
                proptest::collection::btree_map("[a-f]{0,3}", inner, 0..6)
                    .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    /// The document with the members of every object in another order.
    fn shuffled(document: &Json, out: &mut String, turn: &mut usize) {
        match document {
            Json::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                let by = *turn % members.len().max(1);
                members.rotate_left(by);
                *turn += 1;
                out.push('{');
                for (i, (name, value)) in members.into_iter().enumerate() {
                    out.push_str(if i == 0 { " " } else { " , " });
                    out.push_str(&json!(name).to_string());
                    out.push(':');
                    shuffled(value, out, turn);
                }
                out.push('}');
            }
            Json::Array(elements) => {
                out.push('[');
                for (i, element) in elements.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { "," });
                    shuffled(element, out, turn);
                }
                out.push(']');
            }
            scalar => out.push_str(&scalar.to_string()),
        }
    }

    fn scalars<'a>(document: &'a mut Json, all: &mut Vec<&'a mut Json>) {
        match document {
            Json::Object(members) => members.values_mut().for_each(|value| scalars(value, all)),
            Json::Array(elements) => elements.iter_mut().for_each(|element| scalars(element, all)),
            scalar => all.push(scalar),
        }
    }

    proptest! {
        #[test]
        fn the_order_of_members_does_not_count(document in documents(), turn in 0..100_usize) {
            let mut other = String::new();
            shuffled(&document, &mut other, &mut turn.clone());
            let written = document.to_string();
            // With floats about, a long integer costs the canonical form; both have it or neither.
            prop_assert_eq!(canonical(&written), canonical(&other));
        }

        #[test]
        fn every_scalar_counts(document in documents(), which in any::<prop::sample::Index>(), to in documents()) {
            let mut changed = document.clone();
            let mut all = Vec::new();
            scalars(&mut changed, &mut all);
            prop_assume!(!all.is_empty());
            let index = which.index(all.len());
            *all[index] = to;
            prop_assume!(changed != document);
            let (one, two) = (canonical(&document.to_string()), canonical(&changed.to_string()));
            prop_assert!(one.is_none() || one != two);
        }
    }
}

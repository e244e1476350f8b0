use std::ops::Range;

/// How deep values may stand in each other, as in `serde_json`.
const DEEPEST: usize = 128;

/// The bytes at which a string ends, holds an escape or is no string.
const ENDS_RUN: [bool; 256] = {
    let mut ends = [false; 256];
    let mut control = 0;
    while control < b' ' as usize {
        ends[control] = true;
        control += 1;
    }
    ends[b'"' as usize] = true;
    ends[b'\\' as usize] = true;
    ends
};

/// Appends a form of the JSON document `body` in which white space, the order of members and the escapes of strings
/// no longer show. `false`, with part of it appended, if the body is not JSON: then only its bytes say what it is.
///
/// Numbers count as they are written: `1` and `1.0` stay different, and no digit is lost. Members that repeat a name
/// stay in the order they came in.
pub(super) fn write(body: &[u8], out: &mut Vec<u8>) -> bool {
    let mut writer = Writer { rest: body, out, members: Vec::with_capacity(32), unsorted: Vec::new() };
    writer.value(DEEPEST).is_some() && writer.next_token().is_none()
}

/// Copies a document token by token. Each token says where it ends, or is followed by a comma.
struct Writer<'a> {
    /// What is still to be read.
    rest: &'a [u8],
    out: &'a mut Vec<u8>,
    /// The members of every object that is still open, innermost last: one buffer for the whole document.
    members: Vec<Member>,
    unsorted: Vec<u8>,
}

/// Where in the output a member stands.
struct Member {
    name: Range<usize>,
    end: usize,
    /// The beginning of the name, which is nearly always enough to compare it.
    prefix: u64,
}

impl<'a> Writer<'a> {
    /// The first byte of what comes next, white space passed over.
    fn next_token(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    /// Reads one byte that must come next.
    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next_token()? == byte).then(|| self.rest = &self.rest[1..])
    }

    /// Copies what lies before `rest`, which is read next.
    fn copy_to(&mut self, rest: &'a [u8]) {
        self.out.extend_from_slice(&self.rest[..self.rest.len() - rest.len()]);
        self.rest = rest;
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.next_token()? {
            b'"' => self.string(),
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.array(depth.checked_sub(1)?),
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                let rest = [&b"true"[..], b"false", b"null"]
                    .iter()
                    .find_map(|word| self.rest.strip_prefix(*word))?;
                self.copy_to(rest);
                Some(())
            }
        }
    }

    /// RFC 8259 section 6.
    fn number(&mut self) -> Option<()> {
        let text = self.rest.strip_prefix(b"-").unwrap_or(self.rest);
        let mut rest = text.strip_prefix(b"0").or_else(|| after_digits(text))?;
        if let [b'.', fraction @ ..] = rest {
            rest = after_digits(fraction)?;
        }
        if let [b'e' | b'E', exponent @ ..] = rest {
            let sign = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-"));
            rest = after_digits(sign.unwrap_or(exponent))?;
        }
        self.copy_to(rest);
        Some(())
    }

    /// Copies a string with its quotation marks.
    fn string(&mut self) -> Option<()> {
        let text = self.rest.strip_prefix(b"\"")?;
        let end = text.iter().position(|&byte| ENDS_RUN[usize::from(byte)])?;
        match text[end] {
            b'"' => self.copy_to(&text[end + 1..]),
            b'\\' => self.escaped_string()?,
            _ => return None,
        }
        Some(())
    }

    /// The same for a string with escapes: those that need not be are no longer there.
    #[cold]
    fn escaped_string(&mut self) -> Option<()> {
        let mut strings = serde_json::Deserializer::from_slice(self.rest).into_iter::<String>();
        let text = strings.next()?.ok()?;
        self.rest = &self.rest[strings.byte_offset()..];
        serde_json::to_writer(&mut *self.out, &text).ok()
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.rest = &self.rest[1..];
        self.out.push(b'[');
        if self.next_token()? != b']' {
            loop {
                self.value(depth)?;
                self.out.push(b',');
                if self.next_token()? != b',' {
                    break;
                }
                self.rest = &self.rest[1..];
            }
        }
        self.expect(b']')?;
        self.out.push(b']');
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.rest = &self.rest[1..];
        self.out.push(b'{');
        let (start, first) = (self.out.len(), self.members.len());
        if self.next_token()? != b'}' {
            loop {
                self.member(depth)?;
                if self.next_token()? != b',' {
                    break;
                }
                self.rest = &self.rest[1..];
            }
        }
        self.expect(b'}')?;
        self.sort(start, first);
        self.out.push(b'}');
        Some(())
    }

    fn member(&mut self, depth: usize) -> Option<()> {
        self.next_token()?;
        let start = self.out.len();
        self.string()?;
        let name = start..self.out.len();
        self.expect(b':')?;
        self.value(depth)?;
        self.out.push(b',');
        let prefix = prefix(&self.out[name.start + 1..name.end]);
        self.members.push(Member { name, end: self.out.len(), prefix });
        Some(())
    }

    /// Sorts the members from `first` on, whose text begins at `start`. Most clients always send one order, so that
    /// the text is only copied if it has to change.
    fn sort(&mut self, start: usize, first: usize) {
        let Self { out, members, unsorted, .. } = self;
        let name = |member: &Member| &out[member.name.clone()];
        let order = |a: &Member, b: &Member| a.prefix.cmp(&b.prefix).then_with(|| name(a).cmp(name(b)));
        let objects = &mut members[first..];
        if !objects.is_sorted_by(|a, b| order(a, b).is_le()) {
            objects.sort_by(order);
            unsorted.clear();
            // Once for the whole document, whose parts only get larger.
            unsorted.reserve(out.capacity());
            unsorted.extend_from_slice(&out[start..]);
            out.truncate(start);
            for member in objects {
                out.extend_from_slice(&unsorted[member.name.start - start..member.end - start]);
            }
        }
        members.truncate(first);
    }
}

/// What follows one digit or more.
fn after_digits(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| &text[end..])
}

/// The first bytes as a number.
fn prefix(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => text.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    }
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
        same(r#"{"\u0061":1,"b":2}"#, r#"{"b":2,"a":1}"#);
        same(r#""a\/\u000a\ud83d\ude00\u0022""#, r#""a/\n😀\"""#);
    }

    #[test]
    fn what_counts() {
        different("1", "1.0");
        different("12.5", "12.50");
        different("18446744073709551616", "18446744073709551617");
        different("0.1000000000000000055", "0.1");
        different("[1,2]", "[12]");
        different(r#"{"a":"\\\""}"#, r#"{"a":"\""}"#);
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
    fn only_a_whole_document_has_a_canonical_form() {
        for malformed in [
            "",
            " ",
            "{",
            "}",
            "{} {}",
            "{\"a\":1,}",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{1:1}",
            "{,}",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1}",
            "nul",
            "nulls",
            "01",
            "-",
            "1.",
            ".1",
            "1e",
            "1e+",
            "+1",
            "1_0",
            "\"",
            "\"\n\"",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\\",
            "'a'",
            &"[".repeat(1000),
            &("[".repeat(200) + &"]".repeat(200)),
        ] {
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
            prop_assert_eq!(canonical(&written), canonical(&other));
        }

        #[test]
        fn what_serde_json_reads_has_a_canonical_form_and_nothing_else(body in "[\\[\\]{},:\"\\\\a0-2.eE+\\- u]{0,12}") {
            let read: Result<Json, _> = serde_json::from_str(&body);
            // It also refuses numbers that no `f64` is near to.
            let huge = read.as_ref().is_err_and(|error| error.to_string().contains("number out of range"));
            prop_assume!(!huge);
            prop_assert_eq!(canonical(&body).is_some(), read.is_ok(), "{}", body);
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

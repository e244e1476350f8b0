use std::ops::Range;

/// Deeper documents have no canonical form; no parser that this framework uses reads them either.
const DEEPEST: usize = 128;

/// Appends the JSON document `body` without its white space and with the members of every object in the order of their
/// names. `false`, with part of it appended, if the body is not JSON: then only its bytes say what it is.
///
/// Numbers and strings stay as they are written: `1`, `1.0` and `1e0` differ, and so no two documents that a handler
/// could tell apart ever look the same, however it reads them.
pub(super) fn write(body: &[u8], out: &mut Vec<u8>) -> bool {
    let mut scanner = Scanner { body, at: 0, copied: 0, out, members: Vec::new() };
    let whole = scanner.value(0).is_some() && scanner.peek().is_none();
    scanner.flush();
    whole
}

struct Scanner<'a> {
    body: &'a [u8],
    at: usize,
    /// Up to where the body stands in the output. A body without white space is copied at once.
    copied: usize,
    out: &'a mut Vec<u8>,
    /// The members of every object that is still open, innermost last: one buffer for the whole document.
    members: Vec<Member>,
}

struct Member {
    /// Where in the body its name stands.
    name: Range<usize>,
    /// Where it stands in the output.
    text: Range<usize>,
}

/// Each reads one piece of the body, and gives `None` where it is not what JSON asks for.
impl Scanner<'_> {
    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'{' if depth < DEEPEST => self.object(depth + 1),
            b'[' if depth < DEEPEST => self.array(depth + 1),
            b'"' => self.string(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.punctuation(b'{')?;
        let first = self.members.len();
        if self.peek()? != b'}' {
            loop {
                let (name, start) = (self.name()?, self.written());
                self.punctuation(b':')?;
                self.value(depth)?;
                let text = start - name.len()..self.written();
                self.members.push(Member { name, text });
                match self.peek()? {
                    b',' => self.at += 1,
                    _ => break,
                }
            }
            self.sort(first);
        }
        self.punctuation(b'}')
    }

    /// A name with an escape could be another spelling of a second one: sorted, it would no longer be known which of
    /// the two came last and counts. Such documents are too rare to decode names for.
    fn name(&mut self) -> Option<Range<usize>> {
        if self.peek()? != b'"' {
            return None;
        }
        let name = self.at..self.string().map(|()| self.at)?;
        (!self.body[name.clone()].contains(&b'\\')).then_some(name)
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.punctuation(b'[')?;
        if self.peek()? != b']' {
            loop {
                self.value(depth)?;
                match self.peek()? {
                    b',' => self.at += 1,
                    _ => break,
                }
            }
        }
        self.punctuation(b']')
    }

    /// From quote to quote. What is between stays as it is, so that a malformed escape is no concern here.
    fn string(&mut self) -> Option<()> {
        let mut end = self.at + 1;
        loop {
            let special = self.body.get(end..)?.iter().position(|&byte| byte == b'"' || byte == b'\\')?;
            end += special;
            if self.body[end] == b'"' {
                self.at = end + 1;
                return Some(());
            }
            end += 2;
        }
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.body[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    fn number(&mut self) -> Option<()> {
        let mut end = self.at;
        end += usize::from(self.body.get(end) == Some(&b'-'));
        // No digit may follow a leading zero.
        end = if self.body.get(end) == Some(&b'0') { end + 1 } else { self.digits(end)? };
        if self.body.get(end) == Some(&b'.') {
            end = self.digits(end + 1)?;
        }
        if let Some(b'e' | b'E') = self.body.get(end) {
            let signed = matches!(self.body.get(end + 1), Some(b'+' | b'-'));
            end = self.digits(end + 1 + usize::from(signed))?;
        }
        self.at = end;
        Some(())
    }

    /// The end of the digits that begin at `start`, at least one.
    fn digits(&self, start: usize) -> Option<usize> {
        let digits = self.body.get(start..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (digits > 0).then_some(start + digits)
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        let next = *self.body.get(self.at)?;
        if !is_white_space(next) {
            return Some(next);
        }
        self.flush();
        let space = self.body[self.at..].iter().take_while(|&&byte| is_white_space(byte)).count();
        self.at += space;
        self.copied = self.at;
        self.body.get(self.at).copied()
    }

    fn punctuation(&mut self, mark: u8) -> Option<()> {
        (self.peek()? == mark).then(|| self.at += 1)
    }

    /// How long the output is, with what is still to be copied.
    fn written(&self) -> usize {
        self.out.len() + self.at - self.copied
    }

    fn flush(&mut self) {
        self.out.extend_from_slice(&self.body[self.copied..self.at]);
        self.copied = self.at;
    }

    /// Sorts the members from `first` on, which end the output. Most clients always send one order, so that the text
    /// is only moved if it has to change.
    fn sort(&mut self, first: usize) {
        let body = self.body;
        let members = &self.members[first..];
        if !members.is_sorted_by(|a, b| body[a.name.clone()] <= body[b.name.clone()])
            && let Some(start) = members.first().map(|member| member.text.start)
        {
            self.flush();
            let members = &mut self.members[first..];
            // Stable: of members with one name, the last stays the last.
            members.sort_by(|a, b| body[a.name.clone()].cmp(&body[b.name.clone()]));
            let unsorted = self.out.len();
            for member in members {
                self.out.extend_from_within(member.text.clone());
                self.out.push(b',');
            }
            self.out.pop();
            self.out.drain(start..unsorted);
        }
        self.members.truncate(first);
    }
}

fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
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
        same("[]", " [ ] ");
        same("{}", "{\n}");
    }

    #[test]
    fn what_counts() {
        different("1", "1.0");
        different("18446744073709551616", "18446744073709551617");
        different("0.10000000000000000001", "0.1");
        different(r#"{"a":1,"\u0061":2}"#, r#"{"\u0061":2,"a":1}"#);
        different("\"a b\"", "\"ab\"");
        different(r#"["\"","a"]"#, r#"["\",","a"]"#);
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
    fn the_canonical_form_of_a_document() {
        let form = canonical(" { \"b\" : [ 1 , -2.50e+3 , \"x y\\n\" ] , \"a\" : { } } ").unwrap();
        assert_eq!(form, br#"{"a":{},"b":[1,-2.50e+3,"x y\n"]}"#);
    }

    #[test]
    fn only_a_whole_document_has_a_canonical_form() {
        for malformed in [
            "",
            " ",
            "{",
            "}",
            "{} {}",
            "1 2",
            "{\"a\":1,}",
            "{,}",
            "{\"a\"}",
            "{\"a\" 1}",
            "{a:1}",
            "{1:1}",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1",
            "nul",
            "nulll",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "1e+",
            "+1",
            "\"a",
            "\"a\\\"",
            "\u{feff}1",
            &"[".repeat(1000),
            &format!("{}{}", "[".repeat(129), "]".repeat(129)),
            "{\"\\u0061\":1}",
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

    fn has_escaped_name(document: &Json) -> bool {
        match document {
            Json::Object(members) => members
                .iter()
                .any(|(name, value)| json!(name).to_string().contains('\\') || has_escaped_name(value)),
            Json::Array(elements) => elements.iter().any(has_escaped_name),
            _ => false,
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

        #[test]
        fn whatever_is_json_and_nothing_else_has_a_canonical_form(
            document in documents(), cut in any::<prop::sample::Index>(), byte in any::<u8>()
        ) {
            let mut body = document.to_string().into_bytes();
            prop_assert_eq!(write(&body, &mut Vec::new()), !has_escaped_name(&document));
            let cut = cut.index(body.len());
            body[cut] = byte;
            // It may take a string for well-formed that is not; what it refuses a parser may take only for its names.
            if serde_json::from_slice::<Json>(&body).is_ok_and(|document| !has_escaped_name(&document)) && !body.contains(&b'\\') {
                prop_assert!(write(&body, &mut Vec::new()));
            }
            let _ = write(&body, &mut Vec::new());
        }
    }
}

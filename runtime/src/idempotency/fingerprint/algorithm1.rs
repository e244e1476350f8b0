//! The fingerprints of the first releases. They are no longer made, only compared: changing anything here turns every
//! open retry of an older record into a mismatch.

use sha2::{Digest as _, Sha256};
use std::ops::Range;

const JSON_BODY: u8 = b'J';
const RAW_BODY: u8 = b'R';

/// The fingerprint of a request whose parts, each after its length, are in `parts`.
pub(super) fn digest(parts: &[u8], may_be_json: bool, body: &[u8]) -> [u8; 32] {
    let mut hashed = Vec::with_capacity(parts.len() + body.len() + 32);
    hashed.push(1);
    hashed.extend_from_slice(parts);
    // The body comes last and needs no length.
    let tag = hashed.len();
    hashed.push(JSON_BODY);
    if !(may_be_json && write(body, &mut hashed)) {
        hashed.truncate(tag);
        hashed.push(RAW_BODY);
        hashed.extend_from_slice(body);
    }
    Sha256::digest(&hashed).into()
}

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
fn write(body: &[u8], out: &mut Vec<u8>) -> bool {
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
    use super::digest;

    /// What records of the first releases hold. These never change.
    #[test]
    fn vectors() {
        let mut parts = Vec::new();
        for part in ["pay", "POST", "/payments?a=1"] {
            parts.extend_from_slice(&(part.len() as u64).to_le_bytes());
            parts.extend_from_slice(part.as_bytes());
        }
        let vectors = include_str!("vectors/algorithm1.txt").lines().filter(|line| !line.starts_with('#'));
        let mut count = 0;
        for line in vectors {
            let (expected, body) = line.split_once(' ').unwrap();
            let (may_be_json, body) = match body.split_once(' ').unwrap() {
                ("json", body) => (true, body),
                (_, body) => (false, body),
            };
            let found = digest(&parts, may_be_json, body.as_bytes());
            let found = found.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            assert_eq!(found, expected, "{body}");
            count += 1;
        }
        assert_eq!(count, 12);
    }
}

pub(super) mod format;

use super::config::KeyRule;
use crate::problem::{Kind, Problem};
use http::{HeaderMap, HeaderName};
use std::borrow::Cow;
use std::fmt;

/// The longest key in bytes, after decoding.
const LONGEST: usize = 255;

/// How long a UUID is in its usual form.
const UUID: usize = 36;

/// What a client calls one of its operations: the decoded value of its header.
///
/// The value is either a quoted string of RFC 8941, as the draft asks, or the bytes as they stand without control
/// characters and commas, as most clients send it. Both forms of one value are the same key.
///
/// A gateway may repeat the header, or join its lines with commas (RFC 9110 section 5.3): equal keys are one key,
/// different ones are refused. A comma outside of quotes always separates keys, because otherwise the same request would
/// have one key through one gateway and another key through another, and run twice.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key<'a> {
    value: Cow<'a, [u8]>,
    written: &'a [u8],
}

/// Why a request carries no usable key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyError {
    Missing,
    /// There are several keys, on lines of their own or separated by commas.
    Ambiguous,
    Empty,
    TooLong,
    /// Opened with a quotation mark and is no string of RFC 8941.
    MalformedString,
    /// Not quoted, and with a control character in it.
    ControlCharacter,
    /// It must look like this.
    Format(&'static str),
}

impl KeyRule {
    /// The key of a request; `None` if it has none and need not have one.
    pub(super) fn read<'a>(&self, headers: &'a HeaderMap) -> Result<Option<Key<'a>>, KeyError> {
        let key = match Key::from_headers(headers, &self.header) {
            Err(KeyError::Missing) if !self.required => return Ok(None),
            key => key?,
        };
        self.format.check(&key)?;
        Ok(Some(key))
    }
}

impl<'a> Key<'a> {
    fn from_headers(headers: &'a HeaderMap, name: &HeaderName) -> Result<Self, KeyError> {
        let mut lines = headers.get_all(name).iter().map(|line| Self::parse(line.as_bytes()));
        let key = lines.next().ok_or(KeyError::Missing)??;
        lines.try_fold(key, |key, other| key.unless_other(&other?))
    }

    /// Reads the value of a header.
    pub(crate) fn parse(value: &'a [u8]) -> Result<Self, KeyError> {
        let (mut key, mut rest) = Self::first(value)?;
        while let Some(list) = rest {
            let other;
            (other, rest) = Self::first(list)?;
            key = key.unless_other(&other)?;
        }
        Ok(key)
    }

    /// Reads the first member of a list, and returns what is behind its comma.
    fn first(list: &'a [u8]) -> Result<(Self, Option<&'a [u8]>), KeyError> {
        let list = trim_whitespace(list);
        let is_quoted = list.starts_with(b"\"");
        let end = if is_quoted { end_of_string(list)? } else { end_of_member(list) };
        let (written, rest) = (trim_whitespace(&list[..end]), trim_whitespace(&list[end..]));
        let value = match written {
            [b'"', text @ .., b'"'] if is_quoted => unquote(text)?,
            _ if written.iter().any(u8::is_ascii_control) => return Err(KeyError::ControlCharacter),
            _ => Cow::Borrowed(written),
        };
        let rest = match rest {
            [] => None,
            [b',', rest @ ..] => Some(rest),
            _ => return Err(KeyError::MalformedString),
        };
        match value.len() {
            0 => Err(KeyError::Empty),
            1..=LONGEST => Ok((Self { value, written }, rest)),
            _ => Err(KeyError::TooLong),
        }
    }

    fn unless_other(self, other: &Self) -> Result<Self, KeyError> {
        if self.identity() == other.identity() { Ok(self) } else { Err(KeyError::Ambiguous) }
    }

    /// Returns the key as the client wrote it.
    pub(super) fn as_written(&self) -> &'a [u8] {
        self.written
    }

    fn is_quoted(&self) -> bool {
        self.written.starts_with(b"\"")
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.value
    }

    /// What is the same for every key that means the same: a UUID may be written in either case (RFC 9562 section 4),
    /// and a client that has put its key into a database may get it back in the other one.
    pub(super) fn identity(&self) -> Cow<'_, [u8]> {
        let is_shouted = self.value.len() == UUID && self.value.iter().any(u8::is_ascii_uppercase);
        if is_shouted && uuid::Uuid::try_parse_ascii(&self.value).is_ok() {
            Cow::Owned(self.value.to_ascii_lowercase())
        } else {
            Cow::Borrowed(&self.value)
        }
    }
}

/// Keys are secrets of sorts: whoever knows one can ask for the stored response.
impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(redacted)")
    }
}

impl KeyError {
    pub(crate) fn problem(self, header: &HeaderName) -> Problem {
        match self {
            Self::Missing => {
                Kind::MissingKey.because(format!("this operation requires the header `{}`", Name(header)))
            }
            Self::Ambiguous => Kind::InvalidKey
                .because("the header has different keys; a key with a comma in it must be in quotes"),
            Self::Empty => Kind::InvalidKey.because("the key is empty"),
            Self::TooLong => Kind::InvalidKey.because("the key is longer than 255 bytes"),
            Self::MalformedString => Kind::InvalidKey
                .because("a key that begins with `\"` must be a string of RFC 8941 and nothing else"),
            Self::ControlCharacter => {
                Kind::InvalidKey.because("a key without quotes must not contain control characters")
            }
            Self::Format(asked) => Kind::InvalidKey.because(format!("the key must be {asked}")),
        }
    }
}

/// A header as people write it: `Idempotency-Key`.
struct Name<'a>(&'a HeaderName);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.as_str().split('-').enumerate() {
            let dash = if index == 0 { "" } else { "-" };
            let (first, rest) = part.split_at_checked(1).unwrap_or_default();
            write!(f, "{dash}{}{rest}", first.to_ascii_uppercase())?;
        }
        Ok(())
    }
}

/// Optional white space as HTTP means it: spaces and tabs.
fn trim_whitespace(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// Returns where the member of a list ends that is no string.
fn end_of_member(list: &[u8]) -> usize {
    list.iter().position(|byte| *byte == b',').unwrap_or(list.len())
}

/// Returns where the string ends that the list begins with.
fn end_of_string(list: &[u8]) -> Result<usize, KeyError> {
    let mut is_escaped = false;
    for (at, byte) in list.iter().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return Ok(at + 1),
            _ => {}
        }
    }
    Err(KeyError::MalformedString)
}

/// Decodes a string of RFC 8941 section 3.3.3 without its quotes.
fn unquote(text: &[u8]) -> Result<Cow<'_, [u8]>, KeyError> {
    if text.iter().all(|&byte| is_printable(byte) && byte != b'"' && byte != b'\\') {
        return Ok(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'\\' => match bytes.next() {
                Some(escaped @ (b'"' | b'\\')) => escaped,
                _ => return Err(KeyError::MalformedString),
            },
            byte if is_printable(byte) => byte,
            _ => return Err(KeyError::MalformedString),
        });
    }
    Ok(Cow::Owned(decoded))
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn decoded(value: &[u8]) -> Result<Vec<u8>, KeyError> {
        Key::parse(value).map(|key| key.as_bytes().to_vec())
    }

    #[test]
    fn accepted_forms() {
        let longest = "k".repeat(255);
        let table: &[(&str, &str)] = &[
            ("abc-123", "abc-123"),
            ("\"abc-123\"", "abc-123"),
            (" \t abc ", "abc"),
            ("  \"abc\"\t", "abc"),
            ("\"a b\"", "a b"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
            (r#"a"b"#, r#"a"b"#),
            ("\"1234567890123456789\"", "1234567890123456789"),
            ("a1, a1", "a1"),
            ("a1,a1 ,\ta1", "a1"),
            ("\"a1\", a1", "a1"),
            (r#""a,\"b", "a,\"b""#, r#"a,"b"#),
            (r#"a"b, a"b"#, r#"a"b"#),
            (
                "7F6C2F4E-3C0A-4A6B-9A55-1F2E3D4C5B6A, 7f6c2f4e-3c0a-4a6b-9a55-1f2e3d4c5b6a",
                "7F6C2F4E-3C0A-4A6B-9A55-1F2E3D4C5B6A",
            ),
            (&longest, &longest),
        ];
        for (value, key) in table {
            assert_eq!(decoded(value.as_bytes()), Ok(key.as_bytes().to_vec()), "{value}");
        }
    }

    #[test]
    fn raw_bytes_are_a_key_as_they_stand() {
        let longest = [0xFF; 255];
        let table: &[(&[u8], &[u8])] = &[
            (b"a b", b"a b"),
            (b"\t a  b \t", b"a  b"),
            (b"caf\xC3\xA9", b"caf\xC3\xA9"),
            (b"caf\xE9", b"caf\xE9"),
            (b"\x80\xA0", b"\x80\xA0"),
            (&longest, &longest),
        ];
        for (value, key) in table {
            assert_eq!(decoded(value), Ok(key.to_vec()), "{}", String::from_utf8_lossy(value));
        }
    }

    #[test]
    fn refused_forms() {
        let too_long = "k".repeat(256);
        let too_long_quoted = format!("\"{too_long}\"");
        let table: &[(&[u8], KeyError)] = &[
            (b"", KeyError::Empty),
            (b" \t", KeyError::Empty),
            (b"\"\"", KeyError::Empty),
            (too_long.as_bytes(), KeyError::TooLong),
            (too_long_quoted.as_bytes(), KeyError::TooLong),
            (b"\"", KeyError::MalformedString),
            (b"\"abc", KeyError::MalformedString),
            (b"\"abc\\\"", KeyError::MalformedString),
            (b"\"abc\";a=1", KeyError::MalformedString),
            (b"\"a\", \"b\"", KeyError::Ambiguous),
            (b"a, b", KeyError::Ambiguous),
            (b"a,b", KeyError::Ambiguous),
            (b"a, a, b", KeyError::Ambiguous),
            (b"a, A", KeyError::Ambiguous),
            (b"a,", KeyError::Empty),
            (b",a", KeyError::Empty),
            (b"\"a\" b, \"a\" b", KeyError::MalformedString),
            (b"a, \"a", KeyError::MalformedString),
            (b"\"a\\n\"", KeyError::MalformedString),
            (b"\"a\tb\"", KeyError::MalformedString),
            (b"\"\xC3\xA9\"", KeyError::MalformedString),
            (b"a\x00b", KeyError::ControlCharacter),
            (b"a\tb", KeyError::ControlCharacter),
            (b"a\x1Fb", KeyError::ControlCharacter),
            (b"a\x7F", KeyError::ControlCharacter),
        ];
        for (value, error) in table {
            assert_eq!(decoded(value), Err(*error), "{}", String::from_utf8_lossy(value));
        }
    }

    #[test]
    fn lines_of_one_header_are_judged_like_members_of_one_line() {
        const NAME: HeaderName = HeaderName::from_static("idempotency-key");
        let read = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(NAME, HeaderValue::from_static(line));
            }
            Key::from_headers(&headers, &NAME).map(|key| (key.as_bytes().to_vec(), key.is_quoted()))
        };
        assert_eq!(read(&[]), Err(KeyError::Missing));
        for (lines, key) in [
            (&["abc"][..], Ok((b"abc".to_vec(), false))),
            (&[" \"abc\""], Ok((b"abc".to_vec(), true))),
            (&["abc", "abc"], Ok((b"abc".to_vec(), false))),
            (&["abc", "\"abc\""], Ok((b"abc".to_vec(), false))),
            (&["abc", "abd"], Err(KeyError::Ambiguous)),
            (&["abc", ""], Err(KeyError::Empty)),
            (&["abc", "abc", "a"], Err(KeyError::Ambiguous)),
        ] {
            assert_eq!(read(lines), key, "{lines:?}");
            let joined: &'static str = lines.join(", ").leak();
            assert_eq!(read(&[joined]), key, "{joined}");
        }
    }

    #[test]
    fn key_is_known_as_its_client_wrote_it() {
        for (value, written) in [(" abc", "abc"), ("\"abc\" , abc", "\"abc\""), ("abc,abc", "abc")] {
            assert_eq!(Key::parse(value.as_bytes()).unwrap().as_written(), written.as_bytes());
        }
    }

    #[test]
    fn a_problem_names_the_header() {
        let problem = KeyError::Missing.problem(&HeaderName::from_static("x-request-id"));
        assert_eq!(problem.detail_text(), Some("this operation requires the header `X-Request-Id`"));
    }

    #[test]
    fn debug_is_redacted() {
        assert!(!format!("{:?}", Key::parse(b"hunter2").unwrap()).contains("hunter2"));
    }

    proptest! {
        #[test]
        fn never_panics(value in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Key::parse(&value);
        }

        #[test]
        fn every_byte_but_control_characters_and_commas_is_accepted_raw(
            value in proptest::collection::vec(any::<u8>(), 1..=255),
        ) {
            prop_assume!(!value.contains(&b','));
            prop_assume!(value[0] != b'"' && value[0] != b' ' && value.last() != Some(&b' '));
            let control = value.iter().any(|&byte| byte < 0x20 || byte == 0x7F);
            let trimmed = value.first() == Some(&b'\t') || value.last() == Some(&b'\t');
            prop_assume!(!trimmed);
            prop_assert_eq!(decoded(&value), if control { Err(KeyError::ControlCharacter) } else { Ok(value) });
        }

        #[test]
        fn the_quoted_and_the_raw_form_are_one_key(raw in "[!#-+\\--~]([ -+\\--~]{0,100}[!-+\\--~])?") {
            let quoted = format!("\"{}\"", raw.replace('\\', "\\\\").replace('"', "\\\""));
            prop_assert_eq!(decoded(quoted.as_bytes()), decoded(raw.as_bytes()));
            prop_assert_eq!(decoded(raw.as_bytes()), Ok(raw.into_bytes()));
        }
    }
}

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
/// characters, as most clients send it. Both forms of one value are the same key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key<'a>(Cow<'a, [u8]>);

/// Why a request carries no usable key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyError {
    Missing,
    /// Even two equal lines: a client that repeats the header does not know what it sends.
    Repeated,
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
        let (key, quoted) = match Key::from_headers(headers, &self.header) {
            Err(KeyError::Missing) if !self.required => return Ok(None),
            key => key?,
        };
        self.format.check(&key, quoted)?;
        Ok(Some(key))
    }
}

impl<'a> Key<'a> {
    /// The key, and whether it was sent in quotes.
    fn from_headers(headers: &'a HeaderMap, name: &HeaderName) -> Result<(Self, bool), KeyError> {
        let mut values = headers.get_all(name).iter();
        let value = values.next().ok_or(KeyError::Missing)?;
        if values.next().is_some() {
            return Err(KeyError::Repeated);
        }
        let quoted = trim_whitespace(value.as_bytes()).starts_with(b"\"");
        Ok((Self::parse(value.as_bytes())?, quoted))
    }

    pub(crate) fn parse(value: &'a [u8]) -> Result<Self, KeyError> {
        let value = trim_whitespace(value);
        let decoded = match value.strip_prefix(b"\"") {
            Some(rest) => unquote(rest)?,
            None if value.iter().any(u8::is_ascii_control) => return Err(KeyError::ControlCharacter),
            None => Cow::Borrowed(value),
        };
        match decoded.len() {
            0 => Err(KeyError::Empty),
            1..=LONGEST => Ok(Self(decoded)),
            _ => Err(KeyError::TooLong),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What is the same for every key that means the same: a UUID may be written in either case (RFC 9562 section 4),
    /// and a client that has put its key into a database may get it back in the other one.
    pub(super) fn identity(&self) -> Cow<'_, [u8]> {
        let is_shouted = self.0.len() == UUID && self.0.iter().any(u8::is_ascii_uppercase);
        if is_shouted && uuid::Uuid::try_parse_ascii(&self.0).is_ok() {
            Cow::Owned(self.0.to_ascii_lowercase())
        } else {
            Cow::Borrowed(&self.0)
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
            Self::Repeated => Kind::InvalidKey.because("the header must be sent exactly once"),
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

/// Reads a string of RFC 8941 section 3.3.3 whose opening quote is gone.
fn unquote(rest: &[u8]) -> Result<Cow<'_, [u8]>, KeyError> {
    let text = rest.strip_suffix(b"\"").ok_or(KeyError::MalformedString)?;
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
            b'"' => return Err(KeyError::MalformedString),
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
            (b"\"a\", \"b\"", KeyError::MalformedString),
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
    fn exactly_one_header_line() {
        const NAME: HeaderName = HeaderName::from_static("idempotency-key");
        let mut headers = HeaderMap::new();
        let read = |headers: &HeaderMap| {
            Key::from_headers(headers, &NAME).map(|(key, quoted)| (key.as_bytes().to_vec(), quoted))
        };
        assert_eq!(read(&headers), Err(KeyError::Missing));
        headers.append(NAME, HeaderValue::from_static("abc"));
        assert_eq!(read(&headers), Ok((b"abc".to_vec(), false)));
        headers.append(NAME, HeaderValue::from_static("abc"));
        assert_eq!(read(&headers), Err(KeyError::Repeated));
        headers.insert(NAME, HeaderValue::from_static(" \"abc\""));
        assert_eq!(read(&headers), Ok((b"abc".to_vec(), true)));
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
        fn every_byte_but_control_characters_is_accepted_raw(
            value in proptest::collection::vec(any::<u8>(), 1..=255),
        ) {
            prop_assume!(value[0] != b'"' && value[0] != b' ' && value.last() != Some(&b' '));
            let control = value.iter().any(|&byte| byte < 0x20 || byte == 0x7F);
            let trimmed = value.first() == Some(&b'\t') || value.last() == Some(&b'\t');
            prop_assume!(!trimmed);
            prop_assert_eq!(decoded(&value), if control { Err(KeyError::ControlCharacter) } else { Ok(value) });
        }

        #[test]
        fn the_quoted_and_the_raw_form_are_one_key(raw in "[!#-~]([ -~]{0,100}[!-~])?") {
            let quoted = format!("\"{}\"", raw.replace('\\', "\\\\").replace('"', "\\\""));
            prop_assert_eq!(decoded(quoted.as_bytes()), decoded(raw.as_bytes()));
            prop_assert_eq!(decoded(raw.as_bytes()), Ok(raw.into_bytes()));
        }
    }
}

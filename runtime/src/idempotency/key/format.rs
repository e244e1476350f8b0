use super::{Key, KeyError};
use crate::idempotency_policy::KeyFormat;
use std::time::Duration;
use uuid::Uuid;

/// What a key must look like.
#[derive(Debug)]
pub(crate) enum Format {
    Any,
    Uuid,
    UuidV7,
    Ulid,
    StructuredString,
    Pattern(regex_lite::Regex),
}

impl Format {
    /// # Panics
    /// If a pattern is no regular expression: the attribute has refused it before.
    #[allow(clippy::expect_used, reason = "found when the program starts")]
    pub(crate) fn new(format: KeyFormat) -> Self {
        match format {
            KeyFormat::Any => Self::Any,
            KeyFormat::Uuid => Self::Uuid,
            KeyFormat::UuidV7 => Self::UuidV7,
            KeyFormat::Ulid => Self::Ulid,
            KeyFormat::StructuredString => Self::StructuredString,
            KeyFormat::Pattern(pattern) => Self::Pattern(
                regex_lite::Regex::new(&format!("^(?:{pattern})$"))
                    .expect("the pattern of an idempotency key is not a regular expression"),
            ),
        }
    }

    /// Checks that the key has this format.
    pub(super) fn check(&self, key: &Key<'_>) -> Result<(), KeyError> {
        let (fits, asked) = match self {
            Self::Any => (true, ""),
            Self::Uuid => (uuid(key).is_some(), "a UUID, such as 0190b6d6-7a4e-7c3b-9d2f-0123456789ab"),
            Self::UuidV7 => (
                uuid(key).is_some_and(|uuid| uuid.get_version_num() == 7),
                "a UUID of version 7, such as 0190b6d6-7a4e-7c3b-9d2f-0123456789ab",
            ),
            Self::Ulid => (ulid_made_at(key).is_some(), "a ULID, such as 01J2VDCYJE7GXSTBSF04HMASWB"),
            Self::StructuredString => (key.is_quoted(), "a string of RFC 8941, in quotes"),
            Self::Pattern(pattern) => {
                let fits = std::str::from_utf8(key.as_bytes()).is_ok_and(|key| pattern.is_match(key));
                (fits, "as this operation documents it")
            }
        };
        if fits { Ok(()) } else { Err(KeyError::Format(asked)) }
    }

    /// Returns the time at which the key was made, since the Unix epoch, if the format has one.
    ///
    /// The time counts only where the endpoint asks for keys that begin with it. Elsewhere a key may look like one by
    /// accident: some clients write random bytes in the layout of a UUID, without the bits of its version.
    pub(crate) fn made_at(&self, key: &Key<'_>) -> Option<Duration> {
        match self {
            Self::UuidV7 => {
                let (seconds, nanoseconds) = uuid(key)?.get_timestamp()?.to_unix();
                Some(Duration::new(seconds, nanoseconds))
            }
            Self::Ulid => ulid_made_at(key),
            Self::Any | Self::Uuid | Self::StructuredString | Self::Pattern(_) => None,
        }
    }
}

/// The key as a UUID in its usual form: 36 characters in either case.
fn uuid(key: &Key<'_>) -> Option<Uuid> {
    if key.as_bytes().len() != super::UUID {
        return None;
    }
    Uuid::try_parse_ascii(key.as_bytes()).ok().filter(|uuid| uuid.get_variant() == uuid::Variant::RFC4122)
}

fn ulid_made_at(key: &Key<'_>) -> Option<Duration> {
    // 26 letters of five bits are two more than a ULID has: a larger first letter would be cut off.
    let text = std::str::from_utf8(key.as_bytes()).ok().filter(|text| text.starts_with(|c| c <= '7'))?;
    let ulid = ulid::Ulid::from_string(text).ok()?;
    Some(Duration::from_millis(ulid.timestamp_ms()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const V4: &str = "7f6c2f4e-3c0a-4a6b-9a55-1f2e3d4c5b6a";
    const V7: &str = "0190b6d6-7a4e-7c3b-9d2f-0123456789ab";
    const ULID: &str = "01J2VDCYJE7GXSTBSF04HMASWB";

    fn fits(format: KeyFormat, value: &str) -> bool {
        let key = Key::parse(value.as_bytes()).unwrap();
        Format::new(format).check(&key).is_ok()
    }

    #[test]
    fn formats() {
        for (format, accepted, refused) in [
            (KeyFormat::Any, vec![V4, "x", "\"x\""], vec![]),
            (
                KeyFormat::Uuid,
                vec![
                    V4,
                    V7,
                    "\"7f6c2f4e-3c0a-4a6b-9a55-1f2e3d4c5b6a\"",
                    "7F6C2F4E-3C0A-4A6B-9A55-1F2E3D4C5B6A",
                ],
                vec![
                    "7f6c2f4e3c0a4a6b9a551f2e3d4c5b6a",
                    "{7f6c2f4e-3c0a-4a6b-9a55-1f2e3d4c5b6a}",
                    "7f6c2f4e-3c0a-4a6b-9a55-1f2e3d4c5b6",
                    "7f6c2f4e-3c0a-4a6b-9a55-1f2e3d4c5b6g",
                    ULID,
                ],
            ),
            (KeyFormat::UuidV7, vec![V7], vec![V4, ULID]),
            (
                KeyFormat::Ulid,
                vec![ULID],
                vec![V7, "81J2VDCYJE7GXSTBSF04HMASWB", "01J2VDCYJE7GXSTBSF04HMASW"],
            ),
            (KeyFormat::StructuredString, vec!["\"x\""], vec!["x"]),
            (KeyFormat::Pattern("[a-z]{2}|xyz"), vec!["ab", "xyz"], vec!["abc", "a", "xyzz", "caf\u{e9}"]),
        ] {
            for key in accepted {
                assert!(fits(format, key), "{format:?} {key}");
            }
            for key in refused {
                assert!(!fits(format, key), "{format:?} {key}");
            }
        }
    }

    #[test]
    fn keys_that_begin_with_the_time() {
        let made_at = |format: KeyFormat, key: &str| {
            Format::new(format).made_at(&Key::parse(key.as_bytes()).unwrap()).map(|at| at.as_secs())
        };
        // 2024-07-15.
        assert_eq!(made_at(KeyFormat::UuidV7, V7), Some(1_721_054_427));
        assert_eq!(made_at(KeyFormat::Ulid, ULID), Some(1_721_054_427));
        assert_eq!(made_at(KeyFormat::UuidV7, V4), None);
    }

    #[test]
    fn time_in_a_key_counts_only_where_the_format_has_one() {
        let random = "00000000-8888-7b32-9b2f-9b2fbd6819db";
        for format in
            [KeyFormat::Any, KeyFormat::Uuid, KeyFormat::StructuredString, KeyFormat::Pattern("[0-9a-f-]+")]
        {
            for key in [random, V7, ULID] {
                let made_at = Format::new(format).made_at(&Key::parse(key.as_bytes()).unwrap());
                assert_eq!(made_at, None, "{format:?} {key}");
            }
        }
    }
}

use super::{Named, Place};
use crate::problem::Kind;
use crate::version::resolve::Refused;
use http::{HeaderMap, HeaderName};
use steadfast_core::{Date, DateError};

/// The request header that names the version, such as `Header("Api-Version")`.
///
/// The value is one date, `YYYY-MM-DD`; the greatest declared version not after it is served. RFC 6648 advises against
/// names that begin with `X-`. The first header of an API is also the one its answers name their version in.
///
/// A place alone does not say what happens without it, so it is followed by [`or_reject`](Self::or_reject) or
/// [`or_default`](Self::or_default), with other places ([`or`](Self::or)) and a pin ([`pinned_by`](Self::pinned_by))
/// before that if the API has them:
///
/// ```
/// use steadfast::{ApiVersions, Header, VersionPolicy};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15")]
///     V2024_01_15,
/// }
///
/// let strict: VersionPolicy<Version, ()> = Header("Api-Version").or_reject();
/// let lenient: VersionPolicy<Version, ()> = Header("Api-Version").or_default(Version::V2024_01_15);
/// ```
///
/// # Panics
/// The methods panic if the text is not a header name (RFC 9110 section 5.1).
#[derive(Debug, Clone, Copy)]
pub struct Header(pub &'static str);

pub(super) fn parse_name(name: &str) -> HeaderName {
    #[allow(clippy::panic, reason = "a mistake in the program, found when it starts")]
    HeaderName::try_from(name).unwrap_or_else(|_| panic!("{name:?} is not the name of a header"))
}

/// The names of request headers: one, or an array of them.
///
/// # Panics
/// A method that takes them panics if one is not a header name (RFC 9110 section 5.1), or if there is none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name request headers",
    label = "neither a name nor an array of names",
    note = "write `\"Authorization\"`, or `[\"Authorization\", \"Cookie\"]`"
)]
pub trait RequestHeaders {
    #[doc(hidden)]
    fn parsed(self) -> Vec<HeaderName>;
}

impl RequestHeaders for &'static str {
    fn parsed(self) -> Vec<HeaderName> {
        [self].parsed()
    }
}

impl<const N: usize> RequestHeaders for [&'static str; N] {
    fn parsed(self) -> Vec<HeaderName> {
        assert!(N > 0, "no request header is named, so that caches could not tell callers apart");
        self.into_iter().map(parse_name).collect()
    }
}

/// The field may repeat with equal values, on lines of their own or joined with commas by a gateway (RFC 9110 section
/// 5.3); different ones are ambiguous.
pub(super) fn read(name: &HeaderName, headers: &HeaderMap) -> Result<Option<Named>, Refused> {
    let mut found = None;
    for value in headers.get_all(name).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b',')) {
        let date = date(value, || format!("the value of `{name}`"))?;
        if found.is_some_and(|other| other != date) {
            return Err(Refused::new(
                Kind::AmbiguousVersion,
                format!("`{name}` is given more than once, with different values"),
            ));
        }
        found = Some(date);
    }
    Ok(found.map(|date| Named { date, place: Place::Field }))
}

/// One date, with the white space round it that HTTP permits.
pub(super) fn date(value: &[u8], what: impl FnOnce() -> String) -> Result<Date, Refused> {
    Date::parse_bytes(value.trim_ascii()).map_err(|error| {
        let why = match error {
            DateError::NoSuchDay => "is no day of the calendar",
            _ => "is not one date, written YYYY-MM-DD",
        };
        Refused::new(Kind::InvalidVersion, format!("{} {why}", what()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const NAME: HeaderName = HeaderName::from_static("api-version");

    /// Reads the lines, and once more what a gateway makes of them.
    fn read_both(lines: &[&'static str]) -> [Result<Option<Date>, Kind>; 2] {
        [lines.to_vec(), vec![&*lines.join(", ").leak()]].map(|lines| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(NAME, HeaderValue::from_static(line));
            }
            read(&NAME, &headers).map(|named| named.map(|named| named.date)).map_err(|refused| refused.kind())
        })
    }

    #[test]
    fn lines_are_judged_like_members_of_one_line() {
        let date = |text| Date::parse_bytes(text).ok();
        let table: [(&[&str], _); 5] = [
            (&["2024-01-15"], Ok(date(b"2024-01-15"))),
            (&["2024-01-15", "2024-01-15"], Ok(date(b"2024-01-15"))),
            (&["2024-01-15", "2024-12-18"], Err(Kind::AmbiguousVersion)),
            (&["2024-01-15", "soon"], Err(Kind::InvalidVersion)),
            (&["2024-01-15", ""], Err(Kind::InvalidVersion)),
        ];
        for (lines, expected) in table {
            assert_eq!(read_both(lines), [expected, expected], "{lines:?}");
        }
    }
}

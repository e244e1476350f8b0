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

pub(crate) fn parse_name(name: &str) -> HeaderName {
    #[allow(clippy::panic, reason = "a mistake in the program, found when it starts")]
    HeaderName::try_from(name).unwrap_or_else(|_| panic!("{name:?} is not the name of a header"))
}

/// The field may repeat with equal values; different ones are ambiguous.
pub(super) fn read(name: &HeaderName, headers: &HeaderMap) -> Result<Option<Named>, Refused> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let date = date(first.as_bytes(), || format!("the value of `{name}`"))?;
    for value in values {
        if self::date(value.as_bytes(), || format!("the value of `{name}`"))? != date {
            return Err(Refused::new(
                Kind::AmbiguousVersion,
                format!("`{name}` is given more than once, with different values"),
            ));
        }
    }
    Ok(Some(Named { date, place: Place::Field }))
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

//! From a header value to a declared version: rules that need nothing but the timeline.

use crate::problem::{Kind, Problem};
use http::{HeaderMap, HeaderName};
use steadfast_core::{Date, DateError, Timeline};

/// The version that the header names, if it is there. Equal values may repeat, different ones are ambiguous.
pub(crate) fn from_header(
    timeline: &Timeline,
    header: &HeaderName,
    headers: &HeaderMap,
    previews: bool,
) -> Result<Option<usize>, Problem> {
    let mut values = headers.get_all(header).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let list = || supported(timeline, previews);
    let requested = parse(first.as_bytes(), header).map_err(|problem| problem.member("supported", list()))?;
    for value in values {
        let other = parse(value.as_bytes(), header).map_err(|problem| problem.member("supported", list()))?;
        if other != requested {
            return Err(Kind::AmbiguousVersion
                .because(format!("`{header}` is given more than once, with different values"))
                .member("supported", list()));
        }
    }
    serve(timeline, requested, previews).map(Some)
}

fn parse(value: &[u8], header: &HeaderName) -> Result<Date, Problem> {
    Date::parse_bytes(value.trim_ascii()).map_err(|error| {
        let why = match error {
            DateError::NoSuchDay => "is no day of the calendar",
            _ => "is not one date, written YYYY-MM-DD",
        };
        Kind::InvalidVersion.because(format!("the value of `{header}` {why}"))
    })
}

/// The greatest declared version not after `requested`; previews only by their exact day and where switched on.
pub(crate) fn serve(timeline: &Timeline, requested: Date, previews: bool) -> Result<usize, Problem> {
    let Some(mut position) = timeline.served(requested) else {
        return Err(unsupported(timeline, requested, previews, "is earlier than the first version"));
    };
    while timeline.releases[position].preview && !previews {
        if timeline.releases[position].date == requested {
            return Err(unsupported(
                timeline,
                requested,
                previews,
                "is a preview, and previews are not switched on here",
            ));
        }
        // Every timeline begins with a public version.
        position = position.saturating_sub(1);
    }
    Ok(position)
}

fn unsupported(timeline: &Timeline, requested: Date, previews: bool, why: &str) -> Problem {
    Kind::UnsupportedVersion
        .because(format!("{requested} {why}."))
        .member("requested", requested.to_string())
        .member("supported", supported(timeline, previews))
}

/// The request names no version and the API has no default.
pub(crate) fn unspecified(timeline: &Timeline, header: &HeaderName, previews: bool) -> Problem {
    Kind::UnspecifiedVersion
        .because(format!("name the version in the header `{header}`"))
        .member("supported", supported(timeline, previews))
}

/// The dates a client can ask for, oldest first.
pub(crate) fn supported(timeline: &Timeline, previews: bool) -> Vec<String> {
    timeline
        .releases
        .iter()
        .filter(|release| previews || !release.preview)
        .map(|release| release.date.to_string())
        .collect()
}

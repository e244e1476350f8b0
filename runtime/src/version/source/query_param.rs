use super::{Named, Place, header};
use crate::problem::Kind;
use crate::version::resolve::Refused;
use form_urlencoded::parse;
use http::Uri;
use http::uri::{Parts, PathAndQuery};

/// The query parameter that names the version, such as `QueryParam("api-version")`: `/payments?api-version=2024-12-18`.
///
/// The value is one date, as that of a [`Header`](super::Header). Handlers do not see the parameter, so that a struct
/// that denies unknown fields need not know it.
///
/// ```
/// use steadfast::{ApiVersions, Header, QueryParam, VersionPolicy};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15")]
///     V2024_01_15,
/// }
///
/// let policy: VersionPolicy<Version, ()> = Header("Api-Version").or(QueryParam("api-version")).or_reject();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct QueryParam(pub &'static str);

pub(super) fn read(name: &str, uri: &Uri) -> Result<Option<Named>, Refused> {
    let Some(query) = uri.query() else { return Ok(None) };
    let mut found = None;
    for pair in query.split('&').filter(|pair| is_of(name, pair)) {
        let value = match pair.split_once('=') {
            Some((_, value)) if is_plain(value) => value.into(),
            _ => parse(pair.as_bytes()).next().unwrap_or_default().1,
        };
        let date = header::date(value.as_bytes(), || format!("the query parameter `{name}`"))?;
        if found.is_some_and(|other| other != date) {
            return Err(Refused::new(
                Kind::AmbiguousVersion,
                format!("the query parameter `{name}` is given more than once, with different values"),
            ));
        }
        found = Some(date);
    }
    Ok(found.map(|date| Named { date, place: Place::Query }))
}

/// The target without the parameter, if it has it; the others stay as the client wrote them.
pub(crate) fn without(name: &str, uri: &Uri) -> Option<Uri> {
    let query = uri.query()?;
    let pairs = query.split('&');
    if !pairs.clone().any(|pair| is_of(name, pair)) {
        return None;
    }
    // Written at once: a list of the others could be many times as long as they are.
    let mut target = String::with_capacity(uri.path().len() + query.len() + 1);
    target.push_str(uri.path());
    target.push('?');
    let others = target.len();
    for pair in pairs.filter(|pair| !is_of(name, pair)) {
        target.push_str(pair);
        target.push('&');
    }
    target.pop();
    if target.len() == others {
        target.pop();
    }
    with_target(uri, target)
}

/// The same URI with another path and query; `None` if that is no target.
pub(crate) fn with_target(uri: &Uri, target: String) -> Option<Uri> {
    let target = PathAndQuery::try_from(target).ok()?;
    // What clients send over HTTP/1.1 is no more than that.
    if uri.authority().is_none() {
        return Some(target.into());
    }
    let mut parts: Parts = uri.clone().into_parts();
    parts.path_and_query = Some(target);
    Uri::from_parts(parts).ok()
}

/// Returns whether a pair of a query has this name.
fn is_of(name: &str, pair: &str) -> bool {
    let key = pair.split_once('=').map_or(pair, |(key, _)| key);
    if is_plain(key) { key == name } else { parse(key.as_bytes()).next().is_some_and(|(key, _)| key == name) }
}

/// Whether there is nothing to decode, which is seen sooner than it is decoded.
fn is_plain(text: &str) -> bool {
    !text.bytes().any(|byte| matches!(byte, b'%' | b'+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_parameter_is_taken_away() {
        for (before, after) in [
            ("/a?v=2024-01-01", Some("/a")),
            ("/a?x=1&v=2024-01-01&y=%20+z", Some("/a?x=1&y=%20+z")),
            ("/a?%76=2024-01-01&&x", Some("/a?&x")),
            ("/a?vv=1", None),
            ("/a", None),
            ("http://host:1/a?v=1&b", Some("http://host:1/a?b")),
        ] {
            let without = without("v", &before.parse().unwrap()).map(|uri| uri.to_string());
            assert_eq!(without.as_deref(), after);
        }
    }
}

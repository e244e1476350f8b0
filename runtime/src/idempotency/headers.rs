use super::config::Rules;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use steadfast_core::wire;
use steadfast_engine::StoredResponse;

/// The headers of a response that are kept for replays, in order.
///
/// Not kept is what belongs to one connection, one client or one moment: the outer layers and the server make it anew.
pub(super) fn stored(headers: &HeaderMap, rules: &Rules) -> Vec<(HeaderName, HeaderValue)> {
    let selection = &rules.headers;
    let kept = |name: &HeaderName| {
        !named_by_connection(headers, name)
            && !selection.drop.contains(name)
            && (!belongs_to_one_exchange(name) || selection.store.contains(name))
    };
    // No larger than that: it is kept as long as the record is.
    let mut stored = Vec::with_capacity(headers.len());
    let kept = headers.iter().filter(|(name, _)| kept(name));
    stored.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
    stored
}

/// The headers of a stored response, for an answer.
pub(super) fn replayed(response: &StoredResponse) -> HeaderMap {
    // Up to three more are added to every replay.
    let mut headers = HeaderMap::with_capacity(response.headers.len() + 3);
    for (name, value) in &response.headers {
        headers.append(name, value.clone());
    }
    headers
}

/// Says that no cache may keep a response, unless the handler has said what caches may do.
///
/// A response that a cache keeps would be the response to the next operation.
pub(crate) fn keep_from_caches(headers: &mut HeaderMap) {
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Removes what says something of a body's bytes, for a body that has others.
pub(crate) fn strip_of_bytes(headers: &mut HeaderMap) {
    const NAMES: [&str; 9] = [
        "content-length",
        "content-range",
        "etag",
        "content-md5",
        "digest",
        "content-digest",
        "repr-digest",
        "signature",
        "signature-input",
    ];
    for name in NAMES {
        headers.remove(name);
    }
}

/// Removes what only the framework may say: whether an answer is a replay, and of which key.
///
/// A handler that passes on the answer of another service passes these on too.
pub(super) fn strip_own(headers: &mut HeaderMap, rules: &Rules) {
    const OWN: [&str; 4] = [
        wire::IDEMPOTENCY_KEY,
        wire::IDEMPOTENCY_REPLAYED,
        wire::IDEMPOTENCY_PROTECTED,
        wire::IDEMPOTENCY_KEY_EXPIRES,
    ];
    let (key, replayed) = (&rules.key.header, rules.headers.replayed.as_ref());
    let is_own = |name: &HeaderName| OWN.contains(&name.as_str()) || name == key || Some(name) == replayed;
    // Hardly any answer has one, and to remove what is not there costs as much.
    if !headers.keys().any(is_own) {
        return;
    }
    for name in OWN {
        headers.remove(name);
    }
    headers.remove(key);
    if let Some(name) = replayed {
        headers.remove(name);
    }
}

fn belongs_to_one_exchange(name: &HeaderName) -> bool {
    const PREFIXES: [&str; 6] =
        ["proxy-", "access-control-", "ratelimit", "x-ratelimit-", "x-rate-limit-", "x-b3-"];
    const NAMES: [HeaderName; 12] = [
        header::SET_COOKIE,
        header::CONNECTION,
        header::TE,
        header::TRAILER,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
        header::DATE,
        header::SERVER,
        header::CONTENT_LENGTH,
        header::AGE,
        header::VIA,
        header::ALT_SVC,
    ];
    const OTHERS: [&str; 14] = [
        "keep-alive",
        "www-authenticate",
        "traceparent",
        "tracestate",
        "x-request-id",
        "x-correlation-id",
        "request-id",
        "x-amzn-requestid",
        "x-amzn-trace-id",
        "x-cloud-trace-context",
        "b3",
        "baggage",
        "server-timing",
        "set-cookie2",
    ];
    // Nearly every answer has these, and few others.
    if *name == header::CONTENT_TYPE || *name == header::LOCATION {
        return false;
    }
    NAMES.contains(name)
        || OTHERS.contains(&name.as_str())
        || PREFIXES.iter().any(|prefix| name.as_str().starts_with(prefix))
}

/// `Connection: close, x-hop` makes `x-hop` a header of this connection only (RFC 9110 section 7.6.1).
fn named_by_connection(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers
        .get_all(header::CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|&byte| byte == b','))
        .any(|token| token.trim_ascii().eq_ignore_ascii_case(name.as_str().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idempotency::config::tests::rules;
    use crate::idempotency_policy::Options;

    #[test]
    fn what_belongs_to_one_exchange_is_not_kept() {
        let mut headers = HeaderMap::new();
        for name in [
            "set-cookie",
            "date",
            "server",
            "content-length",
            "transfer-encoding",
            "www-authenticate",
            "proxy-authenticate",
            "access-control-allow-origin",
            "ratelimit",
            "ratelimit-remaining",
            "x-ratelimit-limit",
            "traceparent",
            "tracestate",
            "x-request-id",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "x-rate-limit-remaining",
            "b3",
            "x-b3-traceid",
            "x-amzn-trace-id",
            "x-cloud-trace-context",
            "baggage",
            "request-id",
            "x-amzn-requestid",
            "age",
            "via",
            "server-timing",
            "alt-svc",
            "set-cookie2",
            "x-hop",
            "x-other-hop",
        ] {
            headers.append(name, HeaderValue::from_static("value"));
        }
        headers.append("connection", HeaderValue::from_static("close, X-Hop"));
        headers.append("connection", HeaderValue::from_static(" x-other-hop "));
        assert_eq!(stored(&headers, &rules(Options::NONE)), []);
    }

    #[test]
    fn the_rest_is_kept_in_order_with_repetitions_and_foreign_bytes() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-type", &b"application/json"[..]),
            ("link", b"<a>; rel=\"next\""),
            ("link", b"<b>; rel=\"prev\""),
            ("x-latin-1", b"caf\xE9"),
            ("retry-after", b"5"),
            ("location", b"/a/1"),
        ] {
            headers.append(name, HeaderValue::from_bytes(value).unwrap());
        }
        let kept = stored(&headers, &rules(Options::NONE));
        assert_eq!(kept.len(), 6);
        let links: Vec<_> = kept.iter().filter(|(name, _)| name == "link").map(|(_, value)| value).collect();
        assert_eq!(links, ["<a>; rel=\"next\"", "<b>; rel=\"prev\""]);
        assert!(kept.iter().any(|(_, value)| value.as_bytes() == b"caf\xE9"));
    }

    #[test]
    fn an_endpoint_may_keep_and_drop_headers() {
        let mut headers = HeaderMap::new();
        for name in ["set-cookie", "x-request-id", "x-debug", "etag"] {
            headers.append(name, HeaderValue::from_static("value"));
        }
        let options =
            Options { store_headers: &["X-Request-Id"], drop_headers: &["x-debug"], ..Options::NONE };
        let kept = stored(&headers, &rules(options));
        let names: Vec<_> = kept.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["x-request-id", "etag"]);
    }
}

mod canonical;

use super::record::Fingerprint;
use crate::context::Target;
use axum::extract::OriginalUri;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use sha2::{Digest as _, Sha256};

/// A hash over the concatenation of its parts.
pub(crate) type Digest = fn(&[&[u8]]) -> [u8; 32];

/// How identities and fingerprints come about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Hashing {
    Sha256,
    /// Where instructions are counted: the tools that count them do not know the processor's own instructions for
    /// SHA-256, and the body is left out, so that what is counted is the rest.
    Stub(Digest),
}

impl Hashing {
    pub(crate) fn digest(self, parts: &[&[u8]]) -> [u8; 32] {
        match self {
            Self::Sha256 => sha256(parts),
            Self::Stub(stub) => stub(parts),
        }
    }
}

/// Changes with every change to what is hashed or how: records outlive a deployment.
const ALGORITHM: u8 = 1;

const JSON_BODY: u8 = b'J';
const RAW_BODY: u8 = b'R';

/// What the request asks of the operation: its method, its path with the query, and its body.
///
/// A JSON body counts without its white space and the order of its members, because a client that builds its request
/// anew for a retry may order them anew. Any other body counts byte by byte.
pub(crate) fn of(hashing: Hashing, operation: &str, request: &Parts, body: &[u8]) -> Fingerprint {
    if let Hashing::Stub(stub) = hashing {
        return Fingerprint { algorithm: ALGORITHM, bytes: stub(&[operation.as_bytes()]) };
    }
    let target = target(request);

    let method = request.method.as_str();

    let mut prefix = Vec::with_capacity(operation.len() + method.len() + target.len() + body.len() + 32);
    prefix.push(ALGORITHM);
    for part in [operation, method, target] {
        prefix.extend_from_slice(&(part.len() as u64).to_le_bytes());
        prefix.extend_from_slice(part.as_bytes());
    }
    // The body comes last and needs no length.
    let tag = prefix.len();
    prefix.push(JSON_BODY);
    let bytes = if may_be_json(request) && canonical::write(body, &mut prefix) {
        sha256(&[&prefix])
    } else {
        prefix.truncate(tag);
        prefix.push(RAW_BODY);
        sha256(&[&prefix, body])
    };
    Fingerprint { algorithm: ALGORITHM, bytes }
}

/// What the request is for: its path and query without the version it may name there.
fn target(request: &Parts) -> &str {
    if let Some(Target(target)) = request.extensions.get() {
        return target;
    }
    // Inside a nested router the URI has lost its prefix.
    let uri = request.extensions.get::<OriginalUri>().map_or(&request.uri, |original| &original.0);
    uri.path_and_query().map_or(uri.path(), http::uri::PathAndQuery::as_str)
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

fn may_be_json(request: &Parts) -> bool {
    let Some(value) = request.headers.get(CONTENT_TYPE) else {
        return true;
    };
    let value = value.as_bytes();
    let end = value.iter().position(|&byte| byte == b';').unwrap_or(value.len());
    let essence = value[..end].trim_ascii();
    let ends_with = |suffix: &[u8]| {
        essence.len() > suffix.len() && essence[essence.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
    };
    essence.eq_ignore_ascii_case(b"application/json") || ends_with(b"+json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn of_request(uri: &str, content_type: Option<&str>, body: &str) -> Fingerprint {
        let mut request = Request::builder().method("POST").uri(uri);
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        of(Hashing::Sha256, "pay", &request.body(()).unwrap().into_parts().0, body.as_bytes())
    }

    #[test]
    fn the_method_counts() {
        let fingerprint = |method: &str| {
            let request = Request::builder().method(method).uri("/p/1").body(()).unwrap();
            of(Hashing::Sha256, "pay", &request.into_parts().0, b"")
        };
        assert_eq!(fingerprint("POST"), fingerprint("POST"));
        for other in ["DELETE", "PATCH", "POS"] {
            assert_ne!(fingerprint(other), fingerprint("POST"), "{other}");
        }
    }

    #[test]
    fn path_query_and_body_count() {
        let base = of_request("/a?b=1", None, "{}");
        assert_eq!(of_request("/a?b=1", None, "{}"), base);
        assert_eq!(of_request("https://host/a?b=1", None, "{}"), base);
        for other in ["/a?b=2", "/a", "/b?b=1"] {
            assert_ne!(of_request(other, None, "{}"), base, "{other}");
        }
        assert_ne!(of_request("/a?b=1", None, "{\"a\":1}"), base);
    }

    #[test]
    fn a_nested_router_does_not_hide_the_path() {
        let fingerprint = |original: &'static str| {
            let (mut parts, ()) = Request::builder().uri("/pay").body(()).unwrap().into_parts();
            parts.extensions.insert(OriginalUri(http::Uri::from_static(original)));
            of(Hashing::Sha256, "pay", &parts, b"")
        };
        assert_ne!(fingerprint("/a/pay"), fingerprint("/b/pay"));
    }

    #[test]
    fn only_json_is_canonicalised() {
        let (one, two) = (r#"{"a":1,"b":2}"#, r#"{ "b": 2, "a": 1 }"#);
        for json in [
            None,
            Some("application/json"),
            Some("Application/JSON; charset=utf-8"),
            Some("application/x+json"),
        ] {
            assert_eq!(of_request("/", json, one), of_request("/", json, two), "{json:?}");
        }
        for other in [Some("text/plain"), Some("+json"), Some("application/jsonx")] {
            assert_ne!(of_request("/", other, one), of_request("/", other, two), "{other:?}");
        }
    }

    #[test]
    fn a_raw_body_cannot_pose_as_a_canonical_one() {
        let mut canonical = Vec::new();
        assert!(canonical::write(b"[1]", &mut canonical));
        let raw = String::from_utf8(canonical).unwrap();
        assert_ne!(of_request("/", Some("text/plain"), &raw), of_request("/", None, "[1]"));
    }

    #[test]
    fn malformed_json_counts_byte_by_byte() {
        assert_eq!(of_request("/", None, "{\"a\":"), of_request("/", None, "{\"a\":"));
        assert_ne!(of_request("/", None, "{\"a\":"), of_request("/", None, "{\"a\": "));
    }
}

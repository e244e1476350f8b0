use super::*;
use crate::idempotency::fingerprint::Secrets;
use crate::idempotency_policy::{FingerprintForm, Selection};
use axum::extract::OriginalUri;

pub(crate) mod versions;

/// A request of the operation `pay`, which tests change.
struct Sent {
    secrets: &'static [[u8; 32]],
    rule: FingerprintForm,
    comparison: Option<&'static dyn RequestComparison>,
    version: Option<Date>,
    head: Option<Date>,
    operation: &'static str,
    method: &'static str,
    uri: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: String,
}

const NEW: [u8; 32] = [1; 32];
const OLD: [u8; 32] = [2; 32];

fn sent(body: impl Into<String>) -> Sent {
    Sent {
        secrets: &[],
        rule: FingerprintForm::DEFAULT,
        comparison: None,
        version: None,
        head: None,
        operation: "pay",
        method: "POST",
        uri: "/payments?a=1",
        headers: &[],
        body: body.into(),
    }
}

impl Sent {
    fn parts(&self) -> Parts {
        let mut request = http::Request::builder().method(self.method).uri(self.uri);
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn fingerprint(&self) -> RequestFingerprint {
        self.fingerprint_of(self.parts())
    }

    fn fingerprint_of(&self, mut parts: Parts) -> RequestFingerprint {
        let hashing = Hashing::default().with_secrets(Secrets::new(self.secrets));
        let Self { operation, comparison, version, head, .. } = *self;
        let endpoint = Endpoint { operation, rule: BodyRule::new(self.rule), comparison, version, head };
        RequestFingerprint::new(&hashing, endpoint, &mut parts, &Bytes::from(self.body.clone()))
    }

    /// Returns the fingerprint of the record as long as the handler runs.
    fn running(&self) -> Fingerprint {
        self.fingerprint().fingerprint()
    }

    /// Returns the fingerprint of the record when the handler has ended, which has read the body.
    fn recorded(&self) -> Fingerprint {
        let value =
            self.comparison.and_then(|read| read.value(self.body.as_bytes(), self.version, self.head));
        let value = value.and_then(|value| digest(&value.json, value.is_ordered));
        let typed = self.fingerprint().value_hasher().zip(value).map(|(hasher, value)| hasher.hash(value));
        let running = self.running();
        Fingerprint { typed: typed.or(running.typed), ..running }
    }

    fn with(mut self, body: Selection) -> Self {
        self.rule.body = body;
        self
    }

    fn keyed(mut self, secrets: &'static [[u8; 32]]) -> Self {
        self.secrets = secrets;
        self
    }

    fn typed(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.headers = headers;
        self
    }
}

/// Compares a request with a record, and with a running request of this process.
#[track_caller]
fn matches(request: &Sent, recorded: &Sent, expected: Match) {
    assert_eq!(request.fingerprint().matches(&recorded.recorded()), expected);
    let is_undecided = request.fingerprint().is_undecided(&recorded.running());
    if expected != Match::Incomparable && !is_undecided {
        let found = request.fingerprint().matches_request(&recorded.fingerprint());
        assert_eq!(found, expected, "in flight");
    }
}

const AB: &str = r#"{"a":1,"b":2}"#;
const BA: &str = r#"{ "b": 2, "a": 1 }"#;

#[test]
fn operation_method_path_query_and_body_count() {
    matches(&sent(AB), &sent(AB), Match::Same);
    matches(&Sent { uri: "https://host/payments?a=1", ..sent(AB) }, &sent(AB), Match::Same);
    for other in [
        Sent { operation: "pa", ..sent(AB) },
        Sent { method: "PUT", ..sent(AB) },
        Sent { method: "POS", ..sent(AB) },
        Sent { uri: "/payments?a=2", ..sent(AB) },
        Sent { uri: "/payments", ..sent(AB) },
        Sent { uri: "/payment?a=1", ..sent(AB) },
        sent(r#"{"a":1}"#),
        sent(""),
    ] {
        matches(&other, &sent(AB), Match::Different);
        matches(&sent(AB), &other, Match::Different);
    }
}

#[test]
fn queries_with_the_same_decoded_pairs_are_the_same() {
    let at = |uri| Sent { uri, ..sent(AB) };
    let same = [
        ("/q?a=1&b=2", "/q?b=2&a=1"),
        ("/q?a=1", "/q?a=%31"),
        ("/q?a=1", "/q?%61=1"),
        ("/q?a=1+2", "/q?a=1%202"),
        ("/q?a=%e9", "/q?a=%E9"),
        ("/q", "/q?"),
        ("/q?a", "/q?a="),
        ("/q?a=1&&b=2&", "/q?a=1&b=2"),
        ("/q?a=1&b=2&a=3", "/q?b=2&a=1&a=3"),
        ("/q?a=%zz", "/q?a=%25zz"),
        ("/%71?a", "/q?a"),
    ];
    for (one, other) in same {
        matches(&at(one), &at(other), Match::Same);
        assert_eq!(at(one).fingerprint().exact(), at(other).fingerprint().exact(), "{one} {other}");
    }
    let different = [
        ("/q?a=1&a=2", "/q?a=2&a=1"),
        ("/q?a=1", "/q?A=1"),
        ("/q?a=1%262", "/q?a=1&2"),
        ("/q?a=b%3Dc", "/q?a%3Db=c"),
        ("/q?a=%ff", "/q?a=%fe"),
        ("/q?a=%2B", "/q?a=+"),
        ("/q?a", "/q"),
        ("/q?a=1&b=2", "/q?a=1"),
        ("/q/r", "/q%2Fr"),
        ("/q+r", "/q%20r"),
    ];
    for (one, other) in different {
        matches(&at(one), &at(other), Match::Different);
    }
}

#[test]
fn path_that_a_nested_router_strips_counts() {
    let within = |original: &'static str| {
        let sent = sent("");
        let mut parts = sent.parts();
        parts.extensions.insert(OriginalUri(http::Uri::from_static(original)));
        sent.fingerprint_of(parts)
    };
    assert_eq!(within("/a/pay").matches(&within("/b/pay").fingerprint()), Match::Different);
    assert_eq!(within("/a/pay").matches(&within("/a/pay").fingerprint()), Match::Same);
}

#[test]
fn spelling_does_not_count_only_where_the_content_type_is_json() {
    for json in [
        &[][..],
        &[("content-type", "application/json")],
        &[("content-type", "Application/JSON; charset=utf-8")],
        &[("content-type", "application/x+json")],
    ] {
        matches(&sent(BA).typed(json), &sent(AB).typed(json), Match::Same);
    }
    for other in [
        &[("content-type", "text/plain")],
        &[("content-type", "+json")],
        &[("content-type", "application/jsonx")],
    ] {
        matches(&sent(BA).typed(other), &sent(AB).typed(other), Match::Different);
        matches(&sent(AB).typed(other), &sent(AB).typed(other), Match::Same);
    }
    matches(&sent("{\"a\": "), &sent("{\"a\":"), Match::Different);
}

#[test]
fn large_bodies_are_compared_like_small_ones() {
    let large = |before: &str, after: &str| format!("{before}\"n\":\"{}\"{after}", "x".repeat(128 * 1024));
    let (one, other) = (large("{\"a\":1,", "}"), large("{", " , \"a\": 1 }"));
    matches(&sent(&*one), &sent(&*other), Match::Same);
    matches(&sent(&*one), &sent(large("{\"a\":2,", "}")), Match::Different);
}

#[test]
fn raw_body_is_never_taken_for_a_canonical_one() {
    let plain = &[("content-type", "text/plain")];
    matches(&sent("[1]").typed(plain), &sent("[1] "), Match::Different);
    assert_ne!(sent("[1]").typed(plain).recorded().bytes[TEXT], sent("[1]").recorded().bytes[TEXT]);
}

#[test]
fn endpoint_names_what_counts_of_the_body() {
    let (one, other) = (r#"{"amount":1,"note":"a"}"#, r#"{"note":"b", "amount": 1.0}"#);
    for (selection, expected) in [
        (Selection::Raw, Match::Different),
        (Selection::Json, Match::Different),
        (Selection::Skip(&["/note"]), Match::Different),
        (Selection::Skip(&["/note", "/amount"]), Match::Same),
    ] {
        matches(&sent(other).with(selection), &sent(one).with(selection), expected);
    }
    matches(&sent(BA).with(Selection::Raw), &sent(AB).with(Selection::Raw), Match::Different);
}

#[test]
fn headers_that_the_rule_names_count() {
    const RULE: FingerprintForm = FingerprintForm { headers: &["x-account"], ..FingerprintForm::DEFAULT };
    let of = |headers| Sent { rule: RULE, headers, ..sent(AB) };
    let all: [&[(&str, &str)]; 5] = [
        &[],
        &[("x-account", "")],
        &[("x-account", "1")],
        &[("x-account", "1"), ("X-Account", "2")],
        &[("x-account", "12")],
    ];
    for (i, one) in all.iter().enumerate() {
        matches(&of(one), &of(one), Match::Same);
        for other in &all[i + 1..] {
            matches(&of(one), &of(other), Match::Different);
        }
    }
    let another = &[("x-account", "1"), ("x-request", "2")];
    matches(&of(another), &of(&[("x-account", "1")]), Match::Same);
}

#[test]
fn headers_are_the_same_on_lines_of_their_own_and_joined() {
    const RULE: FingerprintForm = FingerprintForm { headers: &["x-account"], ..FingerprintForm::DEFAULT };
    let of = |headers| Sent { rule: RULE, headers, ..sent(AB) };
    matches(&of(&[("x-account", "1, 2")]), &of(&[("x-account", "1"), ("x-account", "2")]), Match::Same);
    matches(&of(&[("x-account", "1,2")]), &of(&[("x-account", "1, 2")]), Match::Same);
    for (one, other) in
        [("1, 2", "2, 1"), ("\"1,2\"", "\"1, 2\""), ("\"a\\\",b\"", "\"a\\\", b\""), ("1,", "1")]
    {
        let [one, other] = [one, other].map(|value| &*vec![("x-account", value)].leak());
        matches(&of(one), &of(other), Match::Different);
    }
}

/// A deployment that changes the rule does not reject the retries that are on their way.
#[test]
fn record_of_another_rule_matches_byte_by_byte_or_cannot_be_compared() {
    let raw = |body| sent(body).with(Selection::Raw);
    matches(&raw(AB), &sent(AB), Match::Same);
    matches(&sent(AB), &raw(AB), Match::Same);
    matches(&raw(BA), &sent(AB), Match::Incomparable);
    let ids = [
        Selection::Json,
        Selection::Raw,
        Selection::Skip(&["/a"]),
        Selection::Skip(&["/b"]),
        Selection::Skip(&["/a", "/b"]),
        Selection::Skip(&["/a/b"]),
    ]
    .map(|body| BodyRule::new(FingerprintForm { body, ..FingerprintForm::DEFAULT }).id());
    for (i, one) in ids.iter().enumerate() {
        assert!(!ids[i + 1..].contains(one));
    }
}

#[test]
fn secret_changes_every_hash() {
    let (plain, keyed) = (sent(AB).recorded(), sent(AB).keyed(&[NEW]).recorded());
    assert_ne!(plain.bytes[TEXT], keyed.bytes[TEXT]);
    assert_ne!(plain.bytes[EXACT], keyed.bytes[EXACT]);
    assert_ne!(plain.bytes[SECRET], keyed.bytes[SECRET]);
    matches(&sent(BA).keyed(&[NEW]), &sent(AB).keyed(&[NEW]), Match::Same);
    matches(&sent("[]").keyed(&[NEW]), &sent(AB).keyed(&[NEW]), Match::Different);
}

#[test]
fn records_of_an_older_secret_or_none_still_match() {
    for before in [&[][..], &[OLD]] {
        let rotated: &'static [[u8; 32]] = &[NEW, OLD];
        for (body, expected) in [(AB, Match::Same), (BA, Match::Same), ("[]", Match::Different)] {
            let found = sent(body).keyed(rotated).fingerprint().matches(&sent(AB).keyed(before).recorded());
            assert_eq!(found, expected, "{body} after {before:?}");
        }
        // Also if what counts has changed with it.
        let raw = sent(AB).with(Selection::Raw).keyed(before).recorded();
        assert_eq!(sent(AB).keyed(rotated).fingerprint().matches(&raw), Match::Same, "{before:?}");
        // New records are no longer made with the old one.
        assert_eq!(sent(AB).keyed(rotated).recorded(), sent(AB).keyed(&[NEW]).recorded());
    }
    matches(&sent(AB).keyed(&[NEW]), &sent(AB).keyed(&[OLD]), Match::Incomparable);
    matches(&sent(AB), &sent(AB).keyed(&[OLD]), Match::Incomparable);
}

#[test]
fn record_of_an_unknown_algorithm_cannot_be_compared() {
    for algorithm in [0, 2, 255] {
        let recorded = Fingerprint { algorithm, ..sent(AB).recorded() };
        assert_eq!(sent(AB).fingerprint().matches(&recorded), Match::Incomparable);
    }
}

/// Later releases compare with records of this one. A change to what is hashed, or how, needs another algorithm number.
#[test]
fn fingerprints_are_those_of_earlier_releases() {
    let plain = &[("content-type", "text/plain")];
    let account = FingerprintForm { headers: &["x-account"], ..FingerprintForm::DEFAULT };
    let all = [
        ("empty", sent("")),
        ("json", sent(BA)),
        ("json keyed", sent(BA).keyed(&[NEW])),
        (
            "json escaped",
            sent(r#"{"to":{"z":[{"y":1.50,"x":"\u0041\n"}],"account_number":1,"account_name":2},"a":1}"#),
        ),
        ("plain", sent("hello").typed(plain)),
        ("raw", sent(BA).with(Selection::Raw)),
        ("skip", sent(BA).with(Selection::Skip(&["/a"]))),
        ("value", versions::at(versions::FIRST, r#"{"a":1}"#)),
        ("value keyed", versions::at(versions::FIRST, r#"{"a":1}"#).keyed(&[NEW])),
        ("query", Sent { uri: "/payments?b=%32&a=+1&a=0&c", ..sent(BA) }),
        ("headers", Sent { rule: account, headers: &[("x-account", "7")], ..sent(BA) }),
    ];
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let found = all.iter().fold(String::new(), |lines, (name, sent)| {
        let Fingerprint { bytes, typed, .. } = sent.recorded();
        let value = typed.map_or(String::new(), |typed| format!(" {}", hex(&typed.hash)));
        lines + &format!("{name}: {}{value}\n", hex(&bytes))
    });
    assert_eq!(found, include_str!("../vectors/algorithm1.txt"));
}

#[test]
fn debug_shows_neither_body_nor_hash() {
    assert_eq!(format!("{:?}", sent("hunter2").fingerprint()), "RequestFingerprint(redacted)");
}

#[cfg(feature = "multipart")]
#[test]
fn multipart_bodies_are_compared_by_their_parts() {
    const ONE: &[(&str, &str)] = &[("content-type", "multipart/form-data; boundary=one")];
    const TWO: &[(&str, &str)] = &[("content-type", "multipart/form-data; boundary=\"two\"")];
    let form = |boundary, amount| {
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{amount}\r\n--{boundary}--\r\n"
        )
    };
    let of = |types, body| sent(body).typed(types).with(Selection::Multipart);
    matches(&of(TWO, form("two", 5)), &of(ONE, form("one", 5)), Match::Same);
    matches(&of(TWO, form("two", 6)), &of(ONE, form("one", 5)), Match::Different);
    // Without its boundary it is only bytes.
    matches(&of(&[], form("two", 5)), &of(ONE, form("one", 5)), Match::Different);
}

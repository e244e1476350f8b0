use super::*;
use crate::idempotency::fingerprint::{FingerprintForm, Selection};
use axum::extract::OriginalUri;

/// A request of the operation `pay`, which tests change.
struct Sent {
    secrets: &'static [[u8; 32]],
    form: FingerprintForm,
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
        form: FingerprintForm::DEFAULT,
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

    fn asked(&self) -> Asked {
        self.asked_by(self.parts())
    }

    fn asked_by(&self, mut parts: Parts) -> Asked {
        let hashing = Hashing::Sha256(Arc::new(Secrets::new(self.secrets)));
        Asked::of(&hashing, self.form.into(), self.operation, &mut parts, &Bytes::from(self.body.clone()))
    }

    fn recorded(&self) -> Fingerprint {
        self.asked().fingerprint()
    }

    fn with(mut self, body: Selection) -> Self {
        self.form.body = body;
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

#[track_caller]
fn matches(asked: &Sent, recorded: &Sent, expected: Match) {
    assert_eq!(asked.asked().matches(&recorded.recorded()), expected);
    let (asked, recorded) = (asked.asked(), recorded.asked());
    if expected != Match::Incomparable {
        assert_eq!(asked.matches_asked(&recorded), expected, "in flight");
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
fn a_nested_router_does_not_hide_the_path() {
    let within = |original: &'static str| {
        let sent = sent("");
        let mut parts = sent.parts();
        parts.extensions.insert(OriginalUri(http::Uri::from_static(original)));
        sent.asked_by(parts)
    };
    assert_eq!(within("/a/pay").matches(&within("/b/pay").fingerprint()), Match::Different);
    assert_eq!(within("/a/pay").matches(&within("/a/pay").fingerprint()), Match::Same);
}

#[test]
fn only_json_is_canonicalised() {
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

/// The quick hash is made of other bytes than the other one, and both must be the same whatever is compared.
#[test]
fn the_size_of_a_body_changes_nothing() {
    let large =
        |before: &str, after: &str| format!("{before}\"n\":\"{}\"{after}", "x".repeat(2 * LARGEST_LAZY));
    let (one, other) = (large("{\"a\":1,", "}"), large("{", " , \"a\": 1 }"));
    matches(&sent(&*one), &sent(&*other), Match::Same);
    matches(&sent(&*one), &sent(large("{\"a\":2,", "}")), Match::Different);
}

#[test]
fn a_raw_body_cannot_pose_as_another() {
    let plain = &[("content-type", "text/plain")];
    matches(&sent("[1]").typed(plain), &sent("[1] "), Match::Different);
    assert_ne!(sent("[1]").typed(plain).recorded().bytes[MEANING], sent("[1]").recorded().bytes[MEANING]);
}

#[test]
fn what_counts_of_the_body_can_be_said() {
    let (one, other) = (r#"{"amount":1,"note":"a"}"#, r#"{"note":"b", "amount": 1.0}"#);
    let same = |selection| sent(other).with(selection).asked().matches(&sent(one).with(selection).recorded());
    assert_eq!(same(Selection::Raw), Match::Different);
    assert_eq!(same(Selection::Jcs), Match::Different);
    assert_eq!(same(Selection::Skip(&["/note"])), Match::Different);
    assert_eq!(same(Selection::Skip(&["/note", "/amount"])), Match::Same);
    assert_eq!(same(Selection::Fields(&["/currency"])), Match::Same);
    assert_eq!(same(Selection::Fields(&["/amount"])), Match::Different);
    matches(&sent(BA).with(Selection::Raw), &sent(AB).with(Selection::Raw), Match::Different);
    matches(&sent("[1.0]").with(Selection::Jcs), &sent("[1]").with(Selection::Jcs), Match::Same);
}

#[test]
fn headers_can_count() {
    const FORM: FingerprintForm = FingerprintForm { headers: &["x-account"], ..FingerprintForm::DEFAULT };
    let of = |headers| Sent { form: FORM, headers, ..sent(AB) };
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

/// A deployment that changes what counts does not refuse the retries that are under way.
#[test]
fn a_record_of_another_form_matches_byte_by_byte_or_cannot_be_compared() {
    let raw = |body| sent(body).with(Selection::Raw);
    matches(&raw(AB), &sent(AB), Match::Same);
    matches(&sent(AB), &raw(AB), Match::Same);
    matches(&raw(BA), &sent(AB), Match::Incomparable);
    let ids = [
        Selection::Json,
        Selection::Raw,
        Selection::Jcs,
        Selection::Fields(&["/a"]),
        Selection::Fields(&["/a", "/b"]),
        Selection::Skip(&["/a"]),
    ]
    .map(|body| FingerprintForm { body, ..FingerprintForm::DEFAULT }.id());
    for (i, one) in ids.iter().enumerate() {
        assert!(!ids[i + 1..].contains(one));
    }
}

#[test]
fn a_secret_changes_every_byte_that_says_anything() {
    let (plain, keyed) = (sent(AB).recorded(), sent(AB).keyed(&[NEW]).recorded());
    assert_ne!(plain.bytes[MEANING], keyed.bytes[MEANING]);
    assert_ne!(plain.bytes[EXACT], keyed.bytes[EXACT]);
    assert_ne!(plain.bytes[SECRET], keyed.bytes[SECRET]);
    matches(&sent(BA).keyed(&[NEW]), &sent(AB).keyed(&[NEW]), Match::Same);
    matches(&sent("[]").keyed(&[NEW]), &sent(AB).keyed(&[NEW]), Match::Different);
}

#[test]
fn a_secret_can_be_changed_and_begun_with() {
    for before in [&[][..], &[OLD]] {
        let rotated: &'static [[u8; 32]] = &[NEW, OLD];
        for (asked, expected) in [(AB, Match::Same), (BA, Match::Same), ("[]", Match::Different)] {
            let found = sent(asked).keyed(rotated).asked().matches(&sent(AB).keyed(before).recorded());
            assert_eq!(found, expected, "{asked} after {before:?}");
        }
        // Also if what counts has changed with it.
        let raw = sent(AB).with(Selection::Raw).keyed(before).recorded();
        assert_eq!(sent(AB).keyed(rotated).asked().matches(&raw), Match::Same, "{before:?}");
        // New records are no longer made with the old one.
        assert_eq!(sent(AB).keyed(rotated).recorded(), sent(AB).keyed(&[NEW]).recorded());
    }
    matches(&sent(AB).keyed(&[NEW]), &sent(AB).keyed(&[OLD]), Match::Incomparable);
    matches(&sent(AB), &sent(AB).keyed(&[OLD]), Match::Incomparable);
}

#[test]
fn a_record_of_the_first_algorithm_is_compared_by_it() {
    let line =
        include_str!("../vectors/algorithm1.txt").lines().find(|line| line.ends_with(r#"{"b":1,"a":2}"#));
    let hash = line.unwrap().split(' ').next().unwrap();
    let bytes: Vec<u8> =
        (0..32).map(|byte| u8::from_str_radix(&hash[2 * byte..2 * byte + 2], 16).unwrap()).collect();
    let recorded = Fingerprint::from_bytes(1, &bytes).unwrap();
    for (body, expected) in [(r#"{ "a": 2, "b": 1 }"#, Match::Same), (AB, Match::Different)] {
        assert_eq!(sent(body).asked().matches(&recorded), expected);
        assert_eq!(sent(body).keyed(&[NEW]).asked().matches(&recorded), expected);
        assert_eq!(sent(body).with(Selection::Raw).asked().matches(&recorded), expected);
    }
}

#[test]
fn a_record_of_an_unknown_algorithm_cannot_be_compared() {
    for algorithm in [0, 3, 255] {
        let recorded = Fingerprint { algorithm, ..sent(AB).recorded() };
        assert_eq!(sent(AB).asked().matches(&recorded), Match::Incomparable);
        assert_eq!(Asked::from(sent(AB).recorded()).matches(&recorded), Match::Incomparable);
    }
}

#[test]
fn what_is_known_is_compared_as_far_as_it_goes() {
    let known = |sent: Sent| Asked::from(sent.recorded());
    for (asked, recorded, expected) in [
        (sent(AB), sent(BA), Match::Same),
        (sent(AB), sent("[]"), Match::Different),
        (sent(AB), sent(AB).keyed(&[NEW]), Match::Incomparable),
        (sent(AB), sent("[]").with(Selection::Raw), Match::Incomparable),
    ] {
        assert_eq!(known(asked).matches(&recorded.recorded()), expected);
    }
}

/// These hold for every later release: a record that cannot be compared is a retry that is refused.
#[test]
fn vectors() {
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
        ("jcs", sent("[1.0,2e3,-0]").with(Selection::Jcs)),
        ("fields", sent(BA).with(Selection::Fields(&["/a"]))),
        ("skip", sent(BA).with(Selection::Skip(&["/a"]))),
        ("headers", Sent { form: account, headers: &[("x-account", "7")], ..sent(BA) }),
    ];
    let hex = |sent: &Sent| {
        sent.recorded().bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    };
    let found =
        all.iter().fold(String::new(), |lines, (name, sent)| lines + &format!("{name}: {}\n", hex(sent)));
    assert_eq!(found, include_str!("../vectors/algorithm2.txt"));
}

#[test]
fn debug_shows_neither_body_nor_hash() {
    assert_eq!(format!("{:?}", sent("hunter2").asked()), "Asked(redacted)");
}

#[cfg(feature = "multipart")]
#[test]
fn a_form_counts_by_its_parts() {
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

const FIRST_VERSION: Option<Date> = Date::from_ymd(2024, 1, 15);
const SECOND_VERSION: Option<Date> = Date::from_ymd(2025, 3, 31);
const THIRD_VERSION: Option<Date> = Date::from_ymd(2025, 9, 30);

/// In the second version `a` is called `b`, and what was said in the first nobody knows.
fn renamed(body: &Bytes, (_, to): (Date, Date)) -> Restated {
    if Some(to) == SECOND_VERSION {
        let text = String::from_utf8(body.to_vec()).unwrap().replace("\"a\"", "\"b\"");
        Restated::As(vec!["{}".into(), text.into()])
    } else if Some(to) == FIRST_VERSION {
        Restated::As(Vec::new())
    } else {
        Restated::Alike
    }
}

#[test]
fn a_record_of_another_version_is_compared_by_what_was_learned_of_it() {
    let (one, other) = (r#"{"a":1}"#, r#"{"b":1}"#);
    let asked = sent(one).asked().at(THIRD_VERSION);
    let recorded = |body| sent(body).recorded();
    // Before that nothing is the same, in whatever words.
    for body in [one, other] {
        assert_eq!(asked.matches_in(SECOND_VERSION, &recorded(body)), Match::Different);
    }
    assert_eq!(asked.matches_in(THIRD_VERSION, &recorded(one)), Match::Same);
    assert_eq!(asked.matches_in(None, &recorded(one)), Match::Same);
    let learned = asked.learn(SECOND_VERSION.unwrap(), renamed).unwrap();
    let learned = learned.learn(FIRST_VERSION.unwrap(), renamed).unwrap();
    for asked in [learned.clone(), learned.without_body()] {
        assert_eq!(asked.matches_in(SECOND_VERSION, &recorded(other)), Match::Same);
        assert_eq!(asked.matches_in(SECOND_VERSION, &recorded(one)), Match::Different);
        assert_eq!(asked.matches_in(FIRST_VERSION, &recorded(one)), Match::Different);
        assert_eq!(asked.matches_in(THIRD_VERSION, &recorded(one)), Match::Same);
        assert_eq!(asked.matches_in(THIRD_VERSION, &recorded(other)), Match::Different);
        // A new record is of what was asked, and of nothing that this might be elsewhere.
        assert_eq!(asked.fingerprint(), recorded(one));
        assert!(asked.learn(SECOND_VERSION.unwrap(), renamed).is_none(), "it is known");
        assert!(asked.learn(THIRD_VERSION.unwrap(), renamed).is_none(), "it is its own");
    }
    let unknown = Fingerprint { algorithm: 9, ..recorded(other) };
    for version in [SECOND_VERSION, FIRST_VERSION] {
        assert_eq!(learned.matches_in(version, &unknown), Match::Incomparable);
    }
}

/// One text may ask for different things at different versions: also of two requests that are under way at once.
#[test]
fn the_same_text_at_another_version_is_not_known_to_be_the_same_request() {
    let at = |version| sent(AB).asked().at(version);
    assert_eq!(at(THIRD_VERSION).matches_asked(&at(THIRD_VERSION)), Match::Same);
    assert_eq!(at(THIRD_VERSION).matches_asked(&at(SECOND_VERSION)), Match::Different);
}

/// A deployment may change what counts while there are records of other versions.
#[test]
fn what_is_learned_matches_a_record_of_another_form_byte_by_byte_or_cannot_be_compared() {
    let asked = sent(r#"{"a":1}"#).asked().at(THIRD_VERSION).learn(SECOND_VERSION.unwrap(), renamed).unwrap();
    let recorded = |body| sent(body).with(Selection::Raw).recorded();
    assert_eq!(asked.matches_in(SECOND_VERSION, &recorded(r#"{"b":1}"#)), Match::Same);
    assert_eq!(asked.matches_in(SECOND_VERSION, &recorded(r#"{ "b": 1 }"#)), Match::Incomparable);
    // Its own words say something else there.
    assert_eq!(asked.matches_in(SECOND_VERSION, &recorded(r#"{"a":1}"#)), Match::Incomparable);
}

#[test]
fn what_is_in_the_words_of_another_version_stays_so_without_its_body() {
    let asked = sent(AB).asked().at(THIRD_VERSION);
    for (restate, is_foreign) in
        [((|_, _| Restated::Foreign) as Restate, true), (|_, _| Restated::Alike, false)]
    {
        let learned = asked.learn(SECOND_VERSION.unwrap(), restate).unwrap();
        for asked in [&learned, &learned.without_body()] {
            assert_eq!(asked.is_foreign(SECOND_VERSION.unwrap()), is_foreign);
            assert!(!asked.is_foreign(FIRST_VERSION.unwrap()));
        }
    }
}

#[test]
fn what_is_learned_is_compared_as_the_endpoint_and_its_secrets_say() {
    let asked = sent(r#"{ "sent_at": 1, "a": 1 }"#).with(Selection::Skip(&["/sent_at"])).keyed(&[NEW, OLD]);
    let asked = asked.asked().at(THIRD_VERSION).learn(SECOND_VERSION.unwrap(), renamed).unwrap();
    let recorded = |body| sent(body).with(Selection::Skip(&["/sent_at"])).keyed(&[OLD]).recorded();
    assert_eq!(asked.matches_in(SECOND_VERSION, &recorded(r#"{"b":2,"sent_at":1}"#)), Match::Different);
    assert_eq!(asked.matches_in(SECOND_VERSION, &recorded(r#"{"sent_at":2,"b":1}"#)), Match::Same);
}

#[test]
fn what_is_learned_of_a_large_body_is_worked_out_then() {
    let asked = sent(format!(r#"{{"a":"{}"}}"#, "x".repeat(LARGEST_LAZY))).asked().at(THIRD_VERSION);
    assert!(asked.takes_long());
    let learned = asked.learn(SECOND_VERSION.unwrap(), renamed).unwrap();
    assert!(!learned.takes_long(), "whoever holds a lock would do it");
}

/// What two forms leave of two bodies may be equal, and the bodies not.
#[test]
fn what_is_known_of_another_form_says_nothing() {
    let some = sent(AB).with(Selection::Fields(&["/a"]));
    let all = sent(r#"{"a":1}"#);
    assert_eq!(some.recorded().bytes[MEANING], all.recorded().bytes[MEANING]);
    for (asked, recorded) in [(&some, &all), (&all, &some)] {
        assert_eq!(asked.asked().without_body().matches(&recorded.recorded()), Match::Incomparable);
        assert_eq!(asked.asked().matches(&recorded.recorded()), Match::Incomparable);
    }
    let exact = sent(AB).asked().without_body();
    assert_eq!(exact.matches(&some.recorded()), Match::Same, "they are the same bytes");
}

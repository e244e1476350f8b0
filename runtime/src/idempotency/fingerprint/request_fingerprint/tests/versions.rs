//! Requests of different API versions, and those whose values decide.

use super::*;
use serde_json::{Map, Value};

const OTHER_ENDPOINT: Option<Date> = Date::from_ymd(2023, 6, 1);
pub(crate) const FIRST: Option<Date> = Date::from_ymd(2024, 1, 15);
pub(crate) const SECOND: Option<Date> = Date::from_ymd(2025, 3, 31);
pub(crate) const THIRD: Option<Date> = Date::from_ymd(2025, 9, 30);

/// An endpoint whose body has a member `a`, which is called `b` from the second version on, and a member `note`. In the
/// version before the first the endpoint did something else.
pub(crate) struct Renamed {
    /// Whether `note` does not count.
    skips_note: bool,
    /// Whether a value tells everything about a body of the first version.
    is_faithful: bool,
    type_id: u64,
}

pub(crate) static RENAMED: Renamed = Renamed { skips_note: false, is_faithful: false, type_id: 7 };
pub(crate) static WITHOUT_NOTE: Renamed = Renamed { skips_note: true, ..RENAMED };
static FAITHFUL: Renamed = Renamed { is_faithful: true, ..RENAMED };
static OTHER_TYPE: Renamed = Renamed { type_id: 8, ..RENAMED };

/// Returns the name of the member at a version; the newest one has the name of the second.
fn name(version: Option<Date>) -> &'static str {
    if version.is_some() && version < SECOND { "a" } else { "b" }
}

impl RequestComparison for Renamed {
    fn skips_fields(&self, _: Option<Date>) -> bool {
        self.skips_note
    }

    fn reads_alike(&self, _: &[u8], one: Date, other: Date) -> bool {
        name(Some(one)) == name(Some(other))
    }

    fn is_comparable(&self, one: Date, other: Date) -> bool {
        Some(one) >= FIRST && Some(other) >= FIRST
    }

    fn is_faithful(&self, version: Date) -> bool {
        self.is_faithful && Some(version) == FIRST
    }

    fn is_readable(&self, body: &[u8], version: Date) -> bool {
        self.value(body, Some(version), None).is_some()
    }

    fn type_id(&self, _: Option<Date>) -> Option<u64> {
        Some(self.type_id)
    }

    fn value(&self, body: &[u8], at: Option<Date>, to: Option<Date>) -> Option<BodyValue> {
        let mut members: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let value = members.remove(name(at))?.as_f64()?;
        let note = members.remove("note").unwrap_or_default();
        if !members.is_empty() {
            return None;
        }
        members.insert(name(to).to_owned(), value.into());
        if !self.skips_note {
            members.insert("note".to_owned(), note);
        }
        Some(BodyValue { type_id: self.type_id, json: serde_json::to_vec(&members).ok()?, is_ordered: false })
    }
}

pub(super) fn at(version: Option<Date>, body: &str) -> Sent {
    Sent { comparison: Some(&RENAMED), version, head: THIRD, ..sent(body) }
}

fn by(comparison: &'static Renamed, version: Option<Date>, body: &str) -> Sent {
    Sent { comparison: Some(comparison), ..at(version, body) }
}

#[test]
fn request_of_another_version_is_the_same_if_its_value_is() {
    for (one, other) in [(FIRST, SECOND), (SECOND, FIRST), (FIRST, THIRD), (THIRD, FIRST)] {
        let body = |version, value: u8| format!(r#"{{"{}":{value}}}"#, name(version));
        matches(&at(one, &body(one, 1)), &at(other, &body(other, 1)), Match::Same);
        matches(&at(one, &body(one, 1)), &at(other, &body(other, 2)), Match::Different);
    }
}

#[test]
fn same_text_of_another_version_is_the_same_request_only_where_it_reads_alike() {
    matches(&at(THIRD, r#"{"b":1}"#), &at(SECOND, r#"{"b":1}"#), Match::Same);
    // One text, which asks for different things.
    let unread = r#"{"a":1,"b":1}"#;
    matches(&at(SECOND, r#"{"b":1}"#), &at(FIRST, r#"{"b":1}"#), Match::Different);
    matches(&at(THIRD, unread), &at(SECOND, unread), Match::Same);
    // A body that cannot be read at its own version was written for the other one.
    matches(&at(THIRD, r#"{"a":1}"#), &at(FIRST, r#"{"a":1}"#), Match::Same);
    matches(&at(THIRD, r#"{"a":1}"#), &at(FIRST, r#"{"a":2}"#), Match::Different);
}

#[test]
fn request_of_a_version_that_did_something_else_is_another_one() {
    let body = r#"{"a":1}"#;
    matches(&at(FIRST, body), &at(OTHER_ENDPOINT, body), Match::Different);
    matches(&at(OTHER_ENDPOINT, body), &at(FIRST, body), Match::Different);
    matches(&at(OTHER_ENDPOINT, body), &at(OTHER_ENDPOINT, body), Match::Same);
}

#[test]
fn request_of_another_version_is_another_one_where_nothing_compares_them() {
    let at = |version| Sent { version, head: THIRD, ..sent(AB) };
    matches(&at(THIRD), &at(THIRD), Match::Same);
    matches(&at(THIRD), &at(SECOND), Match::Different);
    matches(&at(THIRD), &at(None), Match::Different);
    matches(&Sent { comparison: Some(&RENAMED), ..at(None) }, &at(THIRD), Match::Different);
}

#[test]
fn value_of_another_type_or_of_a_raw_body_is_not_compared() {
    let (old, new) = (r#"{"a":1}"#, r#"{"b":1}"#);
    matches(&at(THIRD, new), &by(&OTHER_TYPE, FIRST, old), Match::Different);
    for plain in
        [|sent: Sent| sent.typed(&[("content-type", "text/plain")]), |sent: Sent| sent.with(Selection::Raw)]
    {
        assert_eq!(plain(at(THIRD, new)).recorded().typed, None);
        matches(&plain(at(THIRD, new)), &plain(at(FIRST, old)), Match::Different);
    }
    assert_eq!(at(THIRD, "{}").recorded().typed, None, "it has no value");
}

#[test]
fn value_of_a_running_request_is_undecided_where_it_decides() {
    let (old, new) = (r#"{"a":1}"#, r#"{"b":1}"#);
    let is_undecided = |request: &Sent, running: &Sent| {
        assert_eq!(request.fingerprint().matches(&running.running()), Match::Different);
        request.fingerprint().is_undecided(&running.running())
    };
    assert!(is_undecided(&at(THIRD, new), &at(FIRST, old)));
    assert!(is_undecided(&at(THIRD, r#"{"b":2}"#), &at(FIRST, old)));
    assert!(is_undecided(&by(&FAITHFUL, FIRST, r#"{"a":1.0}"#), &by(&FAITHFUL, FIRST, old)));
    // The text decides, or nothing does.
    assert!(!is_undecided(&at(THIRD, r#"{"b":2}"#), &at(SECOND, new)));
    assert!(!is_undecided(&at(FIRST, r#"{"a":2}"#), &at(FIRST, old)));
    assert!(!is_undecided(&at(FIRST, r#"{"a":2}"#), &at(OTHER_ENDPOINT, old)));
    let plain = |sent: Sent| sent.typed(&[("content-type", "text/plain")]);
    assert!(!is_undecided(&plain(at(THIRD, new)), &plain(at(FIRST, old))));
    // What is skipped is known from the beginning.
    let of = |version, body| by(&WITHOUT_NOTE, version, body);
    assert_eq!(of(THIRD, new).fingerprint().matches(&of(FIRST, old).running()), Match::Same);
    assert!(of(FIRST, old).fingerprint().value_hasher().is_none());
}

#[test]
fn record_of_an_earlier_release_is_compared_in_the_shape_of_its_head() {
    // When the record was made, the first version was the newest one.
    let recorded = Sent { head: FIRST, ..at(FIRST, r#"{"a":1}"#) };
    assert_eq!(recorded.recorded().typed.unwrap().head, FIRST.unwrap());
    assert_eq!(at(FIRST, r#"{"a":1}"#).recorded().typed.unwrap().head, THIRD.unwrap());
    for (body, expected) in [(r#"{"b":1}"#, Match::Same), (r#"{"b":2}"#, Match::Different)] {
        assert_eq!(at(SECOND, body).fingerprint().matches(&recorded.recorded()), expected);
    }
}

#[test]
fn field_that_is_skipped_does_not_count_at_any_version() {
    let of = |version, body| by(&WITHOUT_NOTE, version, body);
    let recorded = of(FIRST, r#"{"a":1,"note":"x"}"#);
    matches(&of(FIRST, r#"{"note":"y","a":1}"#), &recorded, Match::Same);
    matches(&of(THIRD, r#"{"b":1}"#), &recorded, Match::Same);
    matches(&of(FIRST, r#"{"note":"x","a":2}"#), &recorded, Match::Different);
    // At an endpoint that skips nothing.
    matches(&at(FIRST, r#"{"note":"y","a":1}"#), &at(FIRST, r#"{"a":1,"note":"x"}"#), Match::Different);
    let neutral = |body| Sent { version: None, head: None, ..of(None, body) };
    matches(&neutral(r#"{"b":1,"note":"y"}"#), &neutral(r#"{"b":1}"#), Match::Same);
}

#[test]
fn equal_values_of_one_version_are_the_same_request_only_if_they_tell_everything() {
    let (one, other) = (r#"{"a":1}"#, r#"{"a":1.0}"#);
    matches(&by(&FAITHFUL, FIRST, other), &by(&FAITHFUL, FIRST, one), Match::Same);
    matches(&at(FIRST, other), &at(FIRST, one), Match::Different);
    let new = |body| by(&FAITHFUL, THIRD, body);
    matches(&new(r#"{"b":1.0}"#), &new(r#"{"b":1}"#), Match::Different);
}

#[test]
fn request_of_another_version_is_compared_by_the_rule_and_the_secret_of_the_record() {
    let body = |name: &str, at: u8| format!(r#"{{"sent_at":{at},"{name}":1}}"#);
    let of = |name, at| sent(body(name, at)).with(Selection::Skip(&["/sent_at"]));
    matches(&of("a", 2), &of("a", 1), Match::Same);
    let recorded = at(FIRST, r#"{"a":1}"#).keyed(&[OLD]);
    let same = at(THIRD, r#"{"b":1}"#).keyed(&[NEW, OLD]);
    assert_eq!(same.fingerprint().matches(&recorded.recorded()), Match::Same);
    let other = at(THIRD, r#"{"b":2}"#).keyed(&[NEW, OLD]);
    assert_eq!(other.fingerprint().matches(&recorded.recorded()), Match::Different);
    matches(&at(THIRD, r#"{"b":1}"#).keyed(&[NEW]), &recorded, Match::Incomparable);
    let raw = at(FIRST, r#"{"a":1}"#).with(Selection::Raw);
    matches(&at(THIRD, r#"{"b":1}"#), &raw, Match::Incomparable);
}

#[test]
fn two_records_are_compared_as_far_as_they_tell() {
    let same = [
        (sent(AB), sent(AB)),
        (sent(AB), sent(BA)),
        (at(FIRST, r#"{"a":1}"#), at(THIRD, r#"{"b":1}"#)),
        (at(THIRD, r#"{"b":1}"#), at(SECOND, r#"{ "b":1}"#)),
        (by(&WITHOUT_NOTE, FIRST, r#"{"a":1,"note":"x"}"#), by(&WITHOUT_NOTE, FIRST, r#"{"a":1}"#)),
        (sent(AB), sent(AB).with(Selection::Raw)),
    ];
    let different = [
        (sent(AB), sent("[]")),
        (sent(AB), Sent { method: "PUT", ..sent(AB) }),
        (at(FIRST, r#"{"a":1}"#), at(THIRD, r#"{"b":2}"#)),
        (at(FIRST, r#"{"a":1}"#), by(&OTHER_TYPE, THIRD, r#"{"b":1}"#)),
    ];
    let incomparable = [
        (sent(AB), sent(AB).keyed(&[NEW])),
        (sent(AB), sent("[]").with(Selection::Raw)),
        (sent(AB), sent(BA).with(Selection::Raw)),
    ];
    let all =
        [(Match::Same, &same[..]), (Match::Different, &different), (Match::Incomparable, &incomparable)];
    for (expected, pairs) in all {
        for (index, (one, other)) in pairs.iter().enumerate() {
            let (one, other) = (one.recorded(), other.recorded());
            assert_eq!(compare(&one, &other), expected, "{index}");
            assert_eq!(compare(&other, &one), expected, "{index}");
        }
    }
    let unknown = Fingerprint { algorithm: 9, ..sent(AB).recorded() };
    assert_eq!(compare(&unknown, &sent(AB).recorded()), Match::Incomparable);
}

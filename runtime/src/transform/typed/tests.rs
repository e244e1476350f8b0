use super::TypedBody;
use crate as steadfast;
use crate::transform::wire::{self, Purpose};
use crate::wire::fingerprinted::Fingerprinted;
use crate::wire::shape::Told;
use crate::{Fingerprint, versioned};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use steadfast::Date;

const FIRST: Option<Date> = Some(Date::known(20_240_115));
const SECOND: Option<Date> = Some(Date::known(20_250_101));
const HEAD: Option<Date> = None;

fn whole<T: Serialize + DeserializeOwned + 'static>(
    body: &str,
    read_at: Option<Date>,
    written_at: Option<Date>,
) -> Option<String> {
    let text = TypedBody::telling::<T>(Told::ALL).unwrap().canonical(body.as_bytes(), read_at, written_at)?;
    Some(String::from_utf8(text).unwrap())
}

fn counted<T: Fingerprinted + DeserializeOwned + 'static>(
    body: &str,
    read_at: Option<Date>,
) -> Option<String> {
    let text = TypedBody::counted::<T>().canonical(body.as_bytes(), read_at, HEAD)?;
    Some(String::from_utf8(text).unwrap())
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Charge {
    #[changed(in = "2025-01-01", was(cents: i64), upgrade = Money::usd, downgrade = Money::value)]
    amount: Money,
    #[renamed(in = "2025-01-01", was(customer))]
    customer_id: String,
    note: Option<String>,
    #[added(in = "2025-01-01", default = true)]
    capture: bool,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Money {
    value: i64,
    currency: String,
}

impl Money {
    fn usd(value: i64) -> Self {
        assert!(value != 666, "on purpose");
        Self { value, currency: "usd".to_owned() }
    }

    fn value(&self) -> i64 {
        self.value
    }
}

const OLD: &str = r#"{"customer":"c","cents":5}"#;
const NEW: &str = r#"{"amount":{"currency":"usd","value":5},"customer_id":"c","capture":true,"note":null}"#;

#[test]
fn one_value_in_two_versions_then_texts_are_equal() {
    let (old, new) = (whole::<Charge>(OLD, FIRST, HEAD), whole::<Charge>(NEW, SECOND, HEAD));
    assert!(old.is_some() && old == new);
    for other in [
        NEW.replace("usd", "eur"),
        NEW.replace("true", "false"),
        NEW.replace("null", "\"x\""),
        NEW.replace(":5", ":6"),
    ] {
        let other = whole::<Charge>(&other, SECOND, HEAD);
        assert!(other.is_some() && other != old);
    }
}

#[test]
fn body_that_cannot_be_read_then_nothing_is_compared() {
    for body in ["", "{}", "[]", OLD] {
        assert_eq!(whole::<Charge>(body, SECOND, HEAD), None, "{body}");
    }
    // A conversion that panics.
    assert_eq!(whole::<Charge>(r#"{"customer":"c","cents":666}"#, FIRST, HEAD), None);
}

/// As after a release that brought the second version, to records of the release before.
#[test]
fn value_that_an_older_head_cannot_express_then_nothing_is_compared() {
    let old = whole::<Charge>(OLD, FIRST, FIRST);
    assert_eq!(old.as_deref(), Some(r#"{"cents":5,"customer":"c","note":null}"#));
    assert_eq!(whole::<Charge>(NEW, SECOND, FIRST), old);
    for other in [NEW.replace("usd", "eur"), NEW.replace("true", "false")] {
        assert_eq!(whole::<Charge>(&other, SECOND, FIRST), None);
    }
}

#[test]
fn value_that_was_read_then_its_text_is_that_of_the_body() {
    let body = TypedBody::telling::<Charge>(Told::ALL).unwrap();
    let (value, read) = wire::with(Purpose::Wire { is_recorded: true }, || {
        wire::scope(FIRST.unwrap().number(), || serde_json::from_str::<Charge>(OLD).unwrap())
    });
    assert_eq!(body.write(&value, read.dropped), body.canonical(OLD.as_bytes(), FIRST, HEAD));
    assert_eq!(body.write(&"another type", read.dropped), None);
}

/// Defines types that are the same but for one attribute of a field.
macro_rules! with_attribute {
    ($($name:ident: #[$($attribute:tt)*];)*) => {
        $(
            #[versioned]
            #[derive(Serialize, Deserialize)]
            struct $name {
                #[renamed(in = "2025-01-01", was(old))]
                #[serde($($attribute)*)]
                field: Option<u32>,
            }
        )*
    };
}

with_attribute! {
    Plain: #[default];
    Omitted: #[default, skip_serializing_if = "Option::is_none"];
    Unwritten: #[default, skip_serializing];
    Rewritten: #[default, serialize_with = "as_nothing"];
    OmittedOften: #[default, skip_serializing_if = "is_small"];
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature that serde wants")]
fn as_nothing<S: serde::Serializer>(_: &Option<u32>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_unit()
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature that serde wants")]
fn is_small(count: &Option<u32>) -> bool {
    count.is_none_or(|count| count < 5)
}

/// Only older clients know the field.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Converted {
    #[changed(
        in = "2025-01-01",
        was(#[serde(default)] old: Option<u32>),
        upgrade = std::convert::identity,
        downgrade = Option::clone,
    )]
    #[serde(skip)]
    field: Option<u32>,
}

/// A field that no text ever has hides nothing.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Cached {
    #[renamed(in = "2025-01-01", was(old))]
    field: Option<u32>,
    #[serde(skip)]
    _cache: Option<u32>,
}

#[test]
fn type_that_hides_something_on_writing_then_nothing_is_compared() {
    let body = r#"{"field":1}"#;
    assert!(whole::<Plain>(body, SECOND, HEAD).is_some());
    assert!(whole::<Omitted>(body, SECOND, HEAD).is_some());
    assert!(whole::<Cached>(body, SECOND, HEAD).is_some());
    assert_eq!(whole::<Unwritten>(body, SECOND, HEAD), None);
    assert_eq!(whole::<Converted>(body, SECOND, HEAD), None);
    assert_eq!(whole::<Rewritten>(body, SECOND, HEAD), None);
    assert_eq!(whole::<OmittedOften>(body, SECOND, HEAD), None);
    // Wherever it stands, if it is there.
    assert_eq!(whole::<Vec<Unwritten>>("[{}]", SECOND, HEAD), None);
    assert!(whole::<Vec<Unwritten>>("[]", SECOND, HEAD).is_some());
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(in = "2025-01-01", was(purpose: Option<String>), default)]
struct Transfer {
    amount: u32,
}

#[test]
fn removed_field_then_bodies_that_differ_in_it_differ() {
    let of = |body, version| whole::<Transfer>(body, version, HEAD).unwrap();
    let (gift, debt) = (r#"{"amount":1,"purpose":"gift"}"#, r#"{"amount":1,"purpose":"debt"}"#);
    assert_eq!(of(gift, FIRST), of(gift, FIRST));
    assert_ne!(of(gift, FIRST), of(debt, FIRST));
    assert_ne!(of(gift, FIRST), of(gift, SECOND));
    // A client that never sent it says the same at both versions.
    assert_eq!(of(r#"{"amount":1}"#, FIRST), of(r#"{"amount":1}"#, SECOND));
    // The text stays a document, of which members may be sorted.
    assert!(serde_json::from_str::<serde_json::Value>(&of(gift, FIRST)).is_ok());
    let read = |body: &str| {
        wire::with(Purpose::Wire { is_recorded: true }, || {
            wire::scope(FIRST.unwrap().number(), || serde_json::from_str::<Transfer>(body).unwrap())
        })
    };
    let (value, seen) = read(gift);
    let written = TypedBody::telling::<Transfer>(Told::ALL).unwrap().write(&value, seen.dropped).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), of(gift, FIRST));
}

#[derive(Deserialize, Fingerprint)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "only what is read is looked at")]
struct Order {
    #[serde(rename = "ref", alias = "reference")]
    tracking: String,
    #[fingerprint(skip)]
    sent_at: Option<u64>,
    #[serde(flatten)]
    device: Device,
    method: Option<Method>,
    #[serde(serialize_with = "as_nothing", default)]
    ignored: Option<u32>,
    #[serde(skip)]
    cache: Option<Unwritable>,
    items: Vec<Item>,
}

/// Nothing that is left out need be written.
struct Unwritable;

#[derive(Deserialize, Fingerprint)]
#[allow(dead_code, reason = "only what is read is looked at")]
struct Device {
    #[fingerprint(skip)]
    agent: Option<String>,
    id: Option<u32>,
}

#[derive(Deserialize, Fingerprint)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "only what is read is looked at")]
enum Method {
    Card {
        number: String,
        #[fingerprint(skip)]
        typed_in: Option<u32>,
    },
    Pair(Item, #[fingerprint(skip)] u32),
    Gift(Item),
    Cash,
}

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
#[removed(in = "2025-01-01", was(#[fingerprint(skip)] trace: String), default)]
struct Item {
    #[renamed(in = "2025-01-01", was(article))]
    sku: u32,
    #[changed(in = "2025-01-01", was(viewed: Option<String>), upgrade = parsed, downgrade = shown)]
    #[fingerprint(skip)]
    seen: Option<u32>,
}

fn parsed(text: Option<String>) -> Option<u32> {
    text.and_then(|text| text.parse().ok())
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the macro hands a reference")]
fn shown(count: &Option<u32>) -> Option<String> {
    count.map(|count| count.to_string())
}

#[test]
fn fields_that_do_not_count_then_bodies_that_differ_in_them_are_equal() {
    let of = |body: &str, version| counted::<Order>(body, version).unwrap();
    let first = of(r#"{"ref":"a","items":[{"sku":1}],"method":{"card":{"number":"4"}}}"#, SECOND);
    assert_eq!(
        first,
        r#"{"ref":"a","device":{"id":null},"method":{"card":{"number":"4"}},"ignored":null,"items":[{"sku":1}]}"#
    );
    for same in [
        r#"{"reference":"a","sentAt":7,"agent":"x","items":[{"sku":1,"seen":2}],"method":{"card":{"number":"4","typed_in":1}}}"#,
        r#"{"ref":"a","unknown":1,"ignored":3,"items":[{"seen":null,"sku":1}],"method":{"card":{"number":"4"}}}"#,
    ] {
        assert_eq!(of(same, SECOND), first, "{same}");
    }
    for other in [
        r#"{"ref":"b","items":[{"sku":1}],"method":{"card":{"number":"4"}}}"#,
        r#"{"ref":"a","id":1,"items":[{"sku":1}],"method":{"card":{"number":"4"}}}"#,
        r#"{"ref":"a","items":[{"sku":2}],"method":{"card":{"number":"4"}}}"#,
        r#"{"ref":"a","items":[{"sku":1}],"method":{"card":{"number":"5"}}}"#,
        r#"{"ref":"a","items":[{"sku":1}],"method":{"gift":{"sku":1}}}"#,
    ] {
        assert_ne!(of(other, SECOND), first, "{other}");
    }
    let pair = |number: u32, count: u32| {
        of(&format!(r#"{{"ref":"a","items":[],"method":{{"pair":[{{"sku":{number}}},{count}]}}}}"#), SECOND)
    };
    assert_eq!(pair(1, 1), pair(1, 2));
    assert_ne!(pair(1, 1), pair(2, 1));
}

#[test]
fn field_that_does_not_count_then_it_does_not_at_any_version() {
    let of = |body: &str| counted::<Vec<Item>>(body, FIRST);
    let first = of(r#"[{"article":1,"viewed":"2","trace":"a"}]"#);
    assert_eq!(first.as_deref(), Some(r#"[{"sku":1}]"#));
    assert_eq!(of(r#"[{"article":1,"trace":"b"}]"#), first);
    assert_ne!(of(r#"[{"article":2,"trace":"b"}]"#), first);
    // Also where an older head is written.
    let older = TypedBody::counted::<Item>().canonical(br#"{"sku":1,"seen":2}"#, SECOND, FIRST);
    assert_eq!(older.as_deref(), Some(br#"{"article":1}"#.as_slice()));
}

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
#[serde(tag = "type")]
enum Event {
    #[renamed(in = "2025-01-01", was(Old))]
    New {
        id: u32,
        #[fingerprint(skip)]
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<u32>,
    },
    Other(Item),
}

#[test]
fn payload_that_does_not_count_then_variants_that_differ_in_it_are_equal() {
    let (old, new) = (r#"{"type":"Old","id":1,"at":1}"#, r#"{"type":"New","id":1,"at":2}"#);
    assert_eq!(counted::<Event>(old, FIRST).as_deref(), Some(r#"{"type":"New","id":1}"#));
    assert_eq!(counted::<Event>(old, FIRST), counted::<Event>(new, SECOND));
    // For everybody else it is there.
    let event: Event = serde_json::from_str(new).unwrap();
    assert_eq!(serde_json::to_string(&event).unwrap(), new);
}

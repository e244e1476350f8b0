//! Bodies of two requests under one key: whether they are taken for the same, also where a type says that some of their
//! members do not count.

use axum::body::Bytes;
use axum::http::Request;
use serde::Deserialize;
use serde_json::Value;
use steadfast::__private::{FingerprintForm, Fingerprinting, IntentOf};
use steadfast::Fingerprint;

/// Stands between the two bodies. Without it the second is the first, written otherwise.
const BETWEEN: &[u8] = b"\n=\n";

/// Compares the bodies and panics if the answer is wrong. Yields whether it was known.
pub(super) fn run(data: &[u8]) -> bool {
    let at = data.windows(BETWEEN.len()).position(|bytes| bytes == BETWEEN);
    let Some(at) = at else { return alone(data) };
    let (one, other) = (&data[..at], &data[at + BETWEEN.len()..]);
    let same = is_same(one, other);
    assert_eq!(same, is_same(other, one), "it matters which was first");
    let alike = is_alike(one, other);
    assert_eq!(alike, is_alike(other, one), "it matters which was first");
    assert!(alike || !same, "a type has more count than there is");
    if let (Read::Json(one), Read::Json(other)) = (read(one), read(other))
        && counted(one) != counted(other)
    {
        assert!(!alike, "two values are the same but for what does not count");
    }
    if one == other {
        assert!(same, "equal bodies differ");
        return true;
    }
    match (read(one), read(other)) {
        (Read::Json(one), Read::Json(other)) if one != other => assert!(!same, "two values are the same"),
        (Read::Json(_), Read::No) | (Read::No, Read::Json(_) | Read::No) => {
            assert!(!same, "two texts are the same");
        }
        // How numbers are written and what is repeated counts, and the model has lost it.
        _ => return false,
    }
    true
}

fn alone(body: &[u8]) -> bool {
    assert!(is_same(body, body), "a body differs from itself");
    match read(body) {
        Read::Json(value) => {
            let [one, other] =
                [serde_json::to_vec(&value), serde_json::to_vec_pretty(&value)].map(Result::unwrap);
            assert!(is_same(&one, &other), "white space counts");
            assert!(is_same(&one, escaped(&value).as_bytes()), "order or escapes count");
            let less = counted(value.clone());
            assert!(is_alike(body_of(&less).as_slice(), &other), "what a type leaves out counts");
            assert!(is_alike(escaped(&value).as_bytes(), &body_of(&less)), "it counts under another name");
            true
        }
        Read::No => {
            assert!(!is_same(body, &[body, b" "].concat()), "white space does not count");
            true
        }
        Read::Beyond => false,
    }
}

enum Read {
    Json(Value),
    No,
    /// The model cannot hold it.
    Beyond,
}

fn read(body: &[u8]) -> Read {
    match serde_json::from_slice(body) {
        Ok(value) => Read::Json(value),
        // The model wants UTF-8 everywhere, and numbers that a double is near to.
        Err(error) if error.to_string().contains("number out of range") => Read::Beyond,
        Err(_) if std::str::from_utf8(body).is_err() => Read::Beyond,
        Err(_) => Read::No,
    }
}

/// The document from its last member to its first, with every character of a string as an escape.
fn escaped(value: &Value) -> String {
    let string = |text: &str| {
        let units: Vec<String> = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        let units = units.concat();
        format!("\"{units}\"")
    };
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .rev()
                .map(|(name, value)| format!("{}:{}", string(name), escaped(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(escaped).collect();
            format!("[{}]", elements.join(","))
        }
        Value::String(text) => string(text),
        scalar => scalar.to_string(),
    }
}

/// A type of which `b` and `note` do not count, at any depth of what `a` and `items` hold.
#[derive(Deserialize, Fingerprint)]
#[allow(dead_code, reason = "only what it says of its fields is looked at")]
struct Body {
    a: Option<Box<Body>>,
    #[serde(alias = "note")]
    #[fingerprint(skip)]
    b: Value,
    items: Vec<Body>,
}

/// What counts of a value that is read as one.
fn counted(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let counts = |(name, value): (String, Value)| match (name.as_str(), value) {
        ("b" | "note", _) => None,
        ("a", value) => Some((name, counted(value))),
        ("items", Value::Array(items)) => Some((name, items.into_iter().map(counted).collect())),
        ("items", Value::Object(items)) => {
            let items = items.into_iter().map(|(name, item)| (name, counted(item)));
            Some((name, Value::Object(items.collect())))
        }
        (_, value) => Some((name, value)),
    };
    Value::Object(members.into_iter().filter_map(counts).collect())
}

fn body_of(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn is_same(one: &[u8], other: &[u8]) -> bool {
    compare(one, other, FingerprintForm::DEFAULT)
}

/// Whether they are the same but for what a [`Body`] leaves out.
fn is_alike(one: &[u8], other: &[u8]) -> bool {
    compare(one, other, FingerprintForm { typed: &[IntentOf::<Body>::PARTS], ..FingerprintForm::DEFAULT })
}

fn compare(one: &[u8], other: &[u8], form: FingerprintForm) -> bool {
    let (request, ()) = Request::post("/payments").body(()).unwrap().into_parts();
    let fingerprints = Fingerprinting::new(&[], request).form(form);
    let recorded = fingerprints.recorded(&Bytes::copy_from_slice(one));
    fingerprints.is_same(&Bytes::copy_from_slice(other), &recorded)
}

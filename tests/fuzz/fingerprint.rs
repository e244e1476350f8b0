//! Bodies of two requests under one key: whether they are taken for the same.

use axum::body::Bytes;
use axum::http::Request;
use serde_json::Value;
use steadfast::__private::{FingerprintForm, Fingerprinting};

/// Stands between the two bodies. Without it the second is the first, written otherwise.
const BETWEEN: &[u8] = b"\n=\n";

/// Compares the bodies and panics if the answer is wrong. Yields whether it was known.
pub(super) fn run(data: &[u8]) -> bool {
    let at = data.windows(BETWEEN.len()).position(|bytes| bytes == BETWEEN);
    let Some(at) = at else { return alone(data) };
    let (one, other) = (&data[..at], &data[at + BETWEEN.len()..]);
    let same = is_same(one, other);
    assert_eq!(same, is_same(other, one), "it matters which was first");
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

fn is_same(one: &[u8], other: &[u8]) -> bool {
    compare(one, other, FingerprintForm::DEFAULT)
}

fn compare(one: &[u8], other: &[u8], form: FingerprintForm) -> bool {
    let (request, ()) = Request::post("/payments").body(()).unwrap().into_parts();
    let fingerprints = Fingerprinting::new(&[], request).rule(form);
    let recorded = fingerprints.recorded(&Bytes::copy_from_slice(one));
    fingerprints.is_same(&Bytes::copy_from_slice(other), &recorded)
}

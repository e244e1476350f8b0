//! A downgrade that fails is the fault of the program: nothing is written, and whoever serves it is told why.

use super::{date, show};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::num::TryFromIntError;
use std::sync::atomic::{AtomicUsize, Ordering};
use steadfast::axum::body::{Body, to_bytes};
use steadfast::http::Request;
use steadfast::{
    Api, ApiVersions, Header, MemoryStore, Versioned, api_version, at_version, endpoints, idempotent, post,
    versioned,
};
use tower::ServiceExt;

/// Why the value cannot be written at the version.
fn fails<T: Serialize>(version: &str, value: &T) -> String {
    at_version(date(version), || serde_json::to_string(value)).unwrap_err().to_string()
}

#[versioned]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[removed(in = "2025-01-01", was(label: String), downgrade = Order::label)]
struct Order {
    #[changed(in = "2024-06-01", was(small: u8), upgrade = u64::from, downgrade = narrow)]
    #[changed(
        in = "2026-01-01",
        was(amount: u64),
        upgrade = |amount: u64| amount.to_string(),
        downgrade = |text: &String| -> Result<u64, std::num::ParseIntError> { text.parse() }
    )]
    text: String,
}

fn narrow(amount: &u64) -> Result<u8, TryFromIntError> {
    u8::try_from(*amount)
}

impl Order {
    fn label(&self) -> Result<String, &'static str> {
        if self.text == "9" { Err("nine has no label") } else { Ok(format!("#{}", self.text)) }
    }
}

fn order(text: &str) -> Order {
    Order { text: text.to_owned() }
}

#[test]
fn a_field_that_cannot_be_shown_fails_and_says_which() {
    assert_eq!(show("2024-01-01", &order("7")), r##"{"small":7,"label":"#7"}"##);
    assert_eq!(show("2024-06-01", &order("700")), r##"{"amount":700,"label":"#700"}"##);
    assert_eq!(
        fails("2024-01-01", &order("700")),
        "the downgrade of `Order.amount`, changed in 2024-06-01, failed: out of range integral type conversion attempted"
    );
    assert_eq!(
        fails("2025-01-01", &order("x")),
        "the downgrade of `Order.text`, changed in 2026-01-01, failed: invalid digit found in string"
    );
    assert_eq!(
        fails("2024-12-31", &order("9")),
        "the downgrade of `Order.label`, removed in 2025-01-01, failed: nine has no label"
    );
    assert_eq!(show("2026-01-01", &order("x")), r#"{"text":"x"}"#);
}

/// Written by what serde derives, of which one shape has no downgrade that may fail.
#[versioned]
#[derive(Serialize)]
struct Flat {
    #[serde(flatten)]
    more: BTreeMap<String, u8>,
    #[changed(in = "2024-06-01", was(small: u8), downgrade = narrow)]
    #[changed(in = "2026-01-01", was(amount: u64), downgrade = |half: &u64| half * 2)]
    half: u64,
}

#[versioned]
#[derive(Serialize)]
struct Pair(u8, #[changed(in = "2024-06-01", was(u8), downgrade = narrow)] u64);

#[test]
fn whatever_writes_the_shape() {
    let flat = |half| Flat { more: BTreeMap::from([("x".to_owned(), 1)]), half };
    assert_eq!(show("2024-01-01", &flat(4)), r#"{"x":1,"small":8}"#);
    assert_eq!(show("2025-01-01", &flat(400)), r#"{"x":1,"amount":800}"#);
    let why = "failed: out of range integral type conversion attempted";
    assert_eq!(
        fails("2024-01-01", &flat(400)),
        format!("the downgrade of `Flat.amount`, changed in 2024-06-01, {why}")
    );
    assert_eq!(show("2024-01-01", &Pair(1, 2)), "[1,2]");
    assert_eq!(
        fails("2024-01-01", &Pair(1, 256)),
        format!("the downgrade of `Pair.1`, changed in 2024-06-01, {why}")
    );
}

#[versioned]
#[derive(Serialize)]
#[replaced(in = "2025-01-01", was(String), downgrade = Name::whole)]
struct Name {
    first: Option<String>,
}

impl Name {
    fn whole(&self) -> Result<String, String> {
        self.first.clone().ok_or_else(|| "nobody".to_owned())
    }
}

#[versioned]
#[derive(Serialize)]
enum State {
    Open,
    #[added(in = "2025-01-01", downgrade = State::earlier)]
    Part(u8),
    #[added(in = "2025-01-01", downgrade = |_| -> Result<State, &'static str> { Ok(State::Part(0)) })]
    Wrong,
}

impl State {
    fn earlier(&self) -> Result<Self, &'static str> {
        match self {
            Self::Part(0) => Ok(Self::Open),
            _ => Err("nothing like it"),
        }
    }
}

#[test]
fn a_whole_type_and_a_variant_may_fail_too() {
    assert_eq!(show("2024-01-01", &Name { first: Some("A".to_owned()) }), r#""A""#);
    assert_eq!(
        fails("2024-01-01", &Name { first: None }),
        "the downgrade of `Name`, replaced in 2025-01-01, failed: nobody"
    );
    assert_eq!(show("2024-01-01", &State::Part(0)), r#""Open""#);
    assert_eq!(
        fails("2024-01-01", &State::Part(1)),
        "the downgrade of `State::Part`, added in 2025-01-01, failed: nothing like it"
    );
    assert_eq!(
        fails("2024-01-01", &State::Wrong),
        "the downgrade of `State::Wrong`, added in 2025-01-01, gave `State::Part`, which was not there before 2025-01-01 either"
    );
}

/// What the closures of `#[versioned]` leave to inference is inferred from the older shape.
#[versioned]
#[derive(Serialize)]
struct Inferred {
    #[changed(in = "2025-01-01", was(ids: Vec<u64>), downgrade = |ids| ids.iter().map(|id| u64::from(*id)).collect())]
    ids: Vec<u8>,
    #[changed(in = "2025-01-01", was(old: String), downgrade = Into::into)]
    new: Code,
}

#[versioned]
struct Code(char);

impl From<&Code> for String {
    fn from(code: &Code) -> Self {
        code.0.to_string()
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(self.0)
    }
}

#[test]
fn what_cannot_fail_is_inferred() {
    assert_eq!(show("2024-01-01", &Inferred { ids: vec![1], new: Code('c') }), r#"{"ids":[1],"old":"c"}"#);
}

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V1,
    #[version("2024-06-01")]
    V2,
    #[version("2025-01-01")]
    V3,
    #[version("2026-01-01")]
    V4,
}

static CALLS: AtomicUsize = AtomicUsize::new(0);

#[post("/orders")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = global, authorize(none))]
async fn pay(text: String) -> Versioned<Order> {
    CALLS.fetch_add(1, Ordering::SeqCst);
    Versioned(Order { text })
}

#[tokio::test]
async fn the_answer_is_500_and_a_retry_does_not_run_again() {
    let app = Api::new(endpoints![Version; pay])
        .version_from(Header("Api-Version").or_reject())
        .idempotency(MemoryStore::new())
        .with_state(());
    for (key, text, answers) in [
        ("a", "7", [(200, r##"{"small":7,"label":"#7"}"##); 2]),
        ("b", "700", [(500, "internal"), (410, "response-unavailable")]),
    ] {
        let before = CALLS.load(Ordering::SeqCst);
        for (status, expected) in answers {
            let request = Request::post("/orders")
                .header("Api-Version", "2024-01-15")
                .header("Idempotency-Key", key)
                .body(Body::from(text))
                .unwrap();
            let answer = app.clone().oneshot(request).await.unwrap();
            let answered = answer.status();
            let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
            let body = String::from_utf8(body.to_vec()).unwrap();
            assert_eq!(answered, status, "{text}: {body}");
            assert!(body.contains(expected), "{text}: {body}");
            assert!(!body.contains("out of range") && !body.contains("Order."), "{body}");
        }
        assert_eq!(CALLS.load(Ordering::SeqCst) - before, 1, "{text}");
    }
}

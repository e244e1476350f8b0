//! The whole body was another type, with a history of its own.

use super::{date, read, show};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use steadfast::{schema_at, versioned};

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Payment {
    #[renamed(in = "2024-06-01", was(number))]
    id: u8,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[replaced(in = "2025-01-01", was(Vec<Payment>), upgrade = Page::of, downgrade = Page::data)]
struct Page {
    #[renamed(in = "2026-01-01", was(items))]
    data: Vec<Payment>,
    #[added(in = "2026-01-01", default)]
    has_more: bool,
}

impl Page {
    fn of(data: Vec<Payment>) -> Self {
        Self { data, has_more: false }
    }

    fn data(&self) -> Vec<Payment> {
        self.data.clone()
    }
}

#[test]
fn a_list_became_a_page_and_its_items_have_their_own_history() {
    let page = Page::of(vec![Payment { id: 1 }]);
    for (version, text) in [
        ("2024-01-01", r#"[{"number":1}]"#),
        ("2024-06-01", r#"[{"id":1}]"#),
        ("2025-01-01", r#"{"items":[{"id":1}]}"#),
        ("2026-01-01", r#"{"data":[{"id":1}],"has_more":false}"#),
    ] {
        assert_eq!(show(version, &page), text);
        assert_eq!(read::<Page>(version, text).unwrap(), page);
        let validator = jsonschema::validator_for(&schema_at::<Page>(date(version)).to_value()).unwrap();
        assert!(validator.is_valid(&serde_json::from_str(text).unwrap()), "{version}");
    }
    assert!(read::<Page>("2024-06-01", r#"{"items":[]}"#).is_err());
    assert!(read::<Page>("2025-01-01", "[]").is_err());
}

thread_local! {
    static ORDER: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn note(step: &'static str) {
    ORDER.with_borrow_mut(|order| order.push(step));
}

/// A text, then an array, then an object, whose field changed twice more.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[replaced(in = "2025-01-01", was((i64, String)), upgrade = Amount::of_array, downgrade = Amount::to_array)]
struct Amount {
    #[changed(in = "2027-01-01", was(value: f64), upgrade = from_float, downgrade = to_float)]
    #[changed(in = "2026-01-01", was(value: i64), upgrade = float_of, downgrade = int_of)]
    value: String,
    currency: String,
}

fn from_float(value: f64) -> String {
    note("float to text");
    value.to_string()
}

fn to_float(value: &str) -> f64 {
    note("text to float");
    value.parse().unwrap()
}

#[allow(clippy::cast_precision_loss, reason = "the numbers are small")]
fn float_of(value: i64) -> f64 {
    note("int to float");
    value as f64
}

#[allow(clippy::cast_possible_truncation, reason = "the numbers are small")]
fn int_of(value: &f64) -> i64 {
    note("float to int");
    *value as i64
}

impl Amount {
    fn of_array((value, currency): (i64, String)) -> Self {
        note("array to object");
        Self { value: value.to_string(), currency }
    }

    fn to_array(&self) -> (i64, String) {
        note("object to array");
        (self.value.parse().unwrap(), self.currency.clone())
    }
}

#[test]
fn a_chain_runs_in_the_order_of_its_dates() {
    let amount = Amount { value: "5".to_owned(), currency: "usd".to_owned() };
    let taken = || ORDER.with_borrow_mut(std::mem::take);
    for (version, text, down, up) in [
        ("2027-01-01", r#"{"value":"5","currency":"usd"}"#, vec![], vec![]),
        ("2026-01-01", r#"{"value":5.0,"currency":"usd"}"#, vec!["text to float"], vec!["float to text"]),
        (
            "2025-01-01",
            r#"{"value":5,"currency":"usd"}"#,
            vec!["text to float", "float to int"],
            vec!["int to float", "float to text"],
        ),
        ("2024-01-01", r#"[5,"usd"]"#, vec!["object to array"], vec!["array to object"]),
    ] {
        assert_eq!(show(version, &amount), text);
        assert_eq!(taken(), down, "{version}");
        assert_eq!(read::<Amount>(version, text).unwrap(), amount);
        assert_eq!(taken(), up, "{version}");
    }
}

/// A string became an object, which was another string before that: each older type says what it replaced.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[replaced(in = "2026-01-01", was(Code), upgrade = Reason::of, downgrade = |reason| Code(reason.code.clone()))]
struct Reason {
    code: String,
}

impl Reason {
    fn of(code: Code) -> Result<Self, String> {
        if code.0.is_empty() { Err("a reason has a code".to_owned()) } else { Ok(Self { code: code.0 }) }
    }
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[replaced(in = "2025-01-01", was(u32), upgrade = |code: u32| Code(code.to_string()), downgrade = Code::number)]
struct Code(String);

impl Code {
    fn number(&self) -> u32 {
        self.0.parse().unwrap_or(0)
    }
}

#[test]
fn what_was_replaced_may_have_replaced_another() {
    let reason = Reason { code: "7".to_owned() };
    for (version, text) in [("2024-01-01", "7"), ("2025-01-01", r#""7""#), ("2026-01-01", r#"{"code":"7"}"#)]
    {
        assert_eq!(show(version, &reason), text);
        assert_eq!(read::<Reason>(version, text).unwrap(), reason);
    }
    let error = read::<Reason>("2025-01-01", r#""""#).unwrap_err().to_string();
    assert!(error.starts_with("a reason has a code"), "{error}");
}

/// An enum was a flag.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[replaced(in = "2025-01-01", was(bool), upgrade = |on| if on { State::On } else { State::Off }, downgrade = |state| *state != State::Off)]
enum State {
    On,
    Off,
    #[added(in = "2026-01-01", was(On))]
    Dimmed,
}

#[test]
fn an_enum_was_a_flag() {
    for (version, shown) in [
        ("2024-01-01", ["true", "false", "true"]),
        ("2025-01-01", [r#""on""#, r#""off""#, r#""on""#]),
        ("2026-01-01", [r#""on""#, r#""off""#, r#""dimmed""#]),
    ] {
        for (state, text) in [State::On, State::Off, State::Dimmed].into_iter().zip(shown) {
            assert_eq!(show(version, &state), text);
        }
        assert_eq!(read::<State>(version, shown[1]).unwrap(), State::Off);
    }
}

/// The parameter of the older type is that of the newer one.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[replaced(in = "2025-01-01", was(T), upgrade = |value| Boxed { value, _tag: () }, downgrade = |boxed| boxed.value.clone())]
struct Boxed<T: Clone> {
    value: T,
    #[serde(skip)]
    _tag: (),
}

#[test]
fn generic_types_replace_their_parameters() {
    let boxed = Boxed { value: Payment { id: 1 }, _tag: () };
    assert_eq!(show("2024-01-01", &boxed), r#"{"number":1}"#);
    assert_eq!(show("2025-01-01", &boxed), r#"{"value":{"id":1}}"#);
    assert_eq!(read::<Boxed<Payment>>("2024-06-01", r#"{"id":1}"#).unwrap(), boxed);
}

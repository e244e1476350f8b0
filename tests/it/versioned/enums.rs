//! Members come, go and are renamed.

use super::{date, read, show};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::RefCell;
use steadfast::{schema_at, versioned};

/// All kinds of variants, over four dates.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[removed(in = "2025-09-30", was(Pending), upgrade = Status::Active)]
#[removed(in = "2024-06-01", was(PaidOut { amount: i64, #[serde(default)] fee: i64 }), upgrade = Status::paid_out)]
enum Status {
    Active,
    #[renamed(in = "2024-12-18", was(CancelledByUser))]
    Canceled,
    #[added(in = "2025-09-30", was(Active))]
    RequiresAction,
    #[added(in = "2026-01-01", downgrade = Status::before_partial)]
    Partial(Partial),
    #[added(in = "2026-01-01", downgrade = |_| Status::RequiresAction)]
    Disputed {
        by: String,
    },
    Split(u8, u8),
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Partial {
    amount: i64,
}

impl Status {
    fn before_partial(&self) -> Self {
        match self {
            Self::Partial(Partial { amount: 0 }) => Self::RequiresAction,
            Self::Partial(Partial { amount: 1 }) => Self::Disputed { by: "nobody".to_owned() },
            _ => Self::Active,
        }
    }

    fn paid_out(amount: i64, fee: i64) -> Result<Self, &'static str> {
        if fee > amount {
            return Err("the fee is more than the amount");
        }
        Ok(Self::Partial(Partial { amount: amount - fee }))
    }
}

const VERSIONS: [&str; 5] = ["2024-01-15", "2024-06-01", "2024-12-18", "2025-09-30", "2026-01-01"];

#[test]
fn every_version_sees_the_members_that_it_knows() {
    for (status, shown) in [
        (Status::Active, [r#""active""#; 5]),
        (
            Status::Canceled,
            [
                r#""cancelled_by_user""#,
                r#""cancelled_by_user""#,
                r#""canceled""#,
                r#""canceled""#,
                r#""canceled""#,
            ],
        ),
        (
            Status::RequiresAction,
            [r#""active""#, r#""active""#, r#""active""#, r#""requires_action""#, r#""requires_action""#],
        ),
        (
            Status::Partial(Partial { amount: 7 }),
            [r#""active""#, r#""active""#, r#""active""#, r#""active""#, r#"{"partial":{"amount":7}}"#],
        ),
        // A variant that stands in for a newer one may need another in its own place.
        (
            Status::Partial(Partial { amount: 0 }),
            [
                r#""active""#,
                r#""active""#,
                r#""active""#,
                r#""requires_action""#,
                r#"{"partial":{"amount":0}}"#,
            ],
        ),
        (
            Status::Disputed { by: "x".to_owned() },
            [
                r#""active""#,
                r#""active""#,
                r#""active""#,
                r#""requires_action""#,
                r#"{"disputed":{"by":"x"}}"#,
            ],
        ),
        (Status::Split(1, 2), [r#"{"split":[1,2]}"#; 5]),
    ] {
        for (version, text) in VERSIONS.iter().zip(shown) {
            assert_eq!(show(version, &status), text, "{version}");
        }
    }
}

#[test]
fn every_version_sends_the_members_that_it_knows() {
    let partial = Status::Partial(Partial { amount: 5 });
    for (version, text, status) in [
        ("2024-01-15", r#""pending""#, Status::Active),
        ("2025-09-29", r#""pending""#, Status::Active),
        ("2024-01-15", r#""cancelled_by_user""#, Status::Canceled),
        ("2024-12-18", r#""canceled""#, Status::Canceled),
        ("2024-01-15", r#"{"paid_out":{"amount":5}}"#, partial.clone()),
        ("2024-01-15", r#"{"paid_out":{"amount":7,"fee":2}}"#, partial.clone()),
        ("2024-01-15", r#"{"split":[1,2]}"#, Status::Split(1, 2)),
        ("2025-09-30", r#""requires_action""#, Status::RequiresAction),
        ("2026-01-01", r#"{"partial":{"amount":5}}"#, partial),
        ("2026-01-01", r#"{"disputed":{"by":"x"}}"#, Status::Disputed { by: "x".to_owned() }),
    ] {
        assert_eq!(read::<Status>(version, text).unwrap(), status, "{version} {text}");
    }
    for (version, text, error) in [
        (
            "2024-01-15",
            r#""canceled""#,
            "unknown variant `canceled`, expected one of `active`, `cancelled_by_user`, `split`, `pending`, `paid_out`",
        ),
        (
            "2024-06-01",
            r#""paid_out""#,
            "unknown variant `paid_out`, expected one of `active`, `cancelled_by_user`, `split`, `pending`",
        ),
        (
            "2024-12-18",
            r#""requires_action""#,
            "unknown variant `requires_action`, expected one of `active`, `canceled`, `split`, `pending`",
        ),
        (
            "2025-09-30",
            r#""pending""#,
            "unknown variant `pending`, expected one of `active`, `canceled`, `requires_action`, `split`",
        ),
        ("2024-01-15", "7", "expected value"),
        ("2024-01-15", r#"{"paid_out":{"amount":1,"fee":2}}"#, "the fee is more than the amount"),
    ] {
        let found = read::<Status>(version, text).unwrap_err().to_string();
        let found = found.split(" at line").next().unwrap();
        assert_eq!(found, error, "{version}");
    }
}

#[test]
fn a_downgrade_to_a_variant_that_is_newer_is_an_error() {
    let status = Status::Partial(Partial { amount: 1 });
    let error = steadfast::at_version(date("2025-09-30"), || serde_json::to_string(&status)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the downgrade of `Status::Partial`, added in 2026-01-01, gave `Status::Disputed`, which was not there before 2026-01-01 either"
    );
    assert_eq!(show("2026-01-01", &status), r#"{"partial":{"amount":1}}"#);
}

#[test]
fn a_schema_accepts_what_its_version_sends() {
    for (version, valid, invalid) in [
        (
            "2024-01-15",
            vec![r#""pending""#, r#"{"paid_out":{"amount":1}}"#, r#""cancelled_by_user""#],
            r#""canceled""#,
        ),
        ("2024-12-18", vec![r#""pending""#, r#""canceled""#, r#"{"split":[1,2]}"#], r#""requires_action""#),
        ("2026-01-01", vec![r#""requires_action""#, r#"{"partial":{"amount":1}}"#], r#""pending""#),
    ] {
        let validator = jsonschema::validator_for(&schema_at::<Status>(date(version)).to_value()).unwrap();
        let is_valid = |text: &str| validator.is_valid(&serde_json::from_str(text).unwrap());
        assert!(valid.into_iter().all(is_valid), "{version}");
        assert!(!is_valid(invalid), "{version}");
    }
}

/// Clients promise to accept what they do not know.
#[versioned(open = Unknown)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Currency {
    #[renamed(in = "2025-01-01", was(Euro))]
    Eur,
    #[added(in = "2025-01-01")]
    Usd,
    #[added(in = "2026-01-01", was(Eur))]
    Mapped,
    Unknown,
}

#[test]
fn an_open_enum_is_the_same_at_every_version() {
    for version in ["2024-01-01", "2025-01-01", "2027-01-01"] {
        assert_eq!(show(version, &Currency::Usd), r#""usd""#);
        assert_eq!(read::<Currency>(version, r#""usd""#).unwrap(), Currency::Usd);
        assert_eq!(read::<Currency>(version, r#""chf""#).unwrap(), Currency::Unknown);
        assert_eq!(show(version, &Currency::Unknown), r#""unknown""#);
    }
    assert_eq!(show("2024-01-01", &Currency::Eur), r#""euro""#);
    assert_eq!(read::<Currency>("2024-01-01", r#""eur""#).unwrap(), Currency::Unknown);
    assert_eq!(show("2025-01-01", &Currency::Mapped), r#""eur""#);
    assert_eq!(show("2024-01-01", &Currency::Mapped), r#""euro""#);
    assert_eq!(read::<Currency>("2025-01-01", r#""mapped""#).unwrap(), Currency::Unknown);
}

#[versioned(open = Other)]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Event {
    #[added(in = "2025-01-01")]
    Created {
        id: u8,
    },
    Other,
}

#[test]
fn an_open_enum_with_a_tag_ignores_what_it_does_not_know() {
    for version in ["2024-01-01", "2025-01-01"] {
        assert_eq!(show(version, &Event::Created { id: 1 }), r#"{"type":"Created","id":1}"#);
        assert_eq!(read::<Event>(version, r#"{"type":"Gone","why":[1]}"#).unwrap(), Event::Other);
        assert_eq!(read::<Event>(version, r#"{"type":"Created","id":1}"#).unwrap(), Event::Created { id: 1 });
    }
}

/// What serde is told of a variant holds in every shape.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Method {
    #[serde(rename = "CARD", alias = "creditCard")]
    Card {
        last_four: String,
        #[serde(skip_serializing_if = "is_empty", default)]
        owner_name: String,
    },
    #[renamed(in = "2025-01-01", was(#[serde(rename = "IBAN")] Account))]
    #[serde(alias = "transfer")]
    BankTransfer(#[serde(with = "hex")] u32),
    #[renamed(in = "2025-01-01", was(CashInHand))]
    #[serde(rename = "CASH")]
    Cash,
    #[serde(skip)]
    Internal(NotSerde),
    #[added(in = "2025-01-01", was(Cash))]
    Voucher,
}

#[allow(clippy::ptr_arg, reason = "serde hands a reference to the field")]
fn is_empty(text: &String) -> bool {
    text.is_empty()
}

#[derive(Debug, PartialEq)]
struct NotSerde;

mod hex {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{value:x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        u32::from_str_radix(&String::deserialize(deserializer)?, 16).map_err(serde::de::Error::custom)
    }
}

#[test]
fn the_attributes_of_serde_stay() {
    let card = Method::Card { last_four: "4242".to_owned(), owner_name: String::new() };
    for (method, old, new) in [
        (card, r#"{"CARD":{"lastFour":"4242"}}"#, r#"{"CARD":{"lastFour":"4242"}}"#),
        (Method::BankTransfer(255), r#"{"IBAN":"ff"}"#, r#"{"bankTransfer":"ff"}"#),
        (Method::Cash, r#""cashInHand""#, r#""CASH""#),
    ] {
        assert_eq!(show("2024-01-01", &method), old);
        assert_eq!(show("2025-01-01", &method), new);
        assert_eq!(read::<Method>("2024-01-01", old).unwrap(), method);
        assert_eq!(read::<Method>("2025-01-01", new).unwrap(), method);
    }
    assert_eq!(show("2024-01-01", &Method::Voucher), r#""cashInHand""#);
    let aliased = read::<Method>("2024-01-01", r#"{"creditCard":{"lastFour":"1"}}"#).unwrap();
    assert_eq!(aliased, Method::Card { last_four: "1".to_owned(), owner_name: String::new() });
    assert_eq!(read::<Method>("2024-01-01", r#"{"transfer":"a"}"#).unwrap(), Method::BankTransfer(10));
    let error =
        steadfast::at_version(date("2024-01-01"), || serde_json::to_string(&Method::Internal(NotSerde)));
    assert!(error.is_err());
}

/// Nothing here can be cloned: what is shown is borrowed.
#[versioned]
#[derive(Debug, Serialize)]
#[removed(in = "2025-01-01", was(Gone))]
enum Answer<T> {
    Value(Box<NoClone<T>>),
    #[added(in = "2025-01-01", was(None))]
    Many,
    None,
}

#[versioned]
#[derive(Debug, Serialize)]
struct NoClone<T>(T);

#[test]
fn one_direction_and_no_clone() {
    let answer = Answer::Value(Box::new(NoClone(1)));
    assert_eq!(show("2024-01-01", &answer), r#"{"Value":1}"#);
    assert_eq!(show("2024-01-01", &Answer::<u8>::Many), r#""None""#);
    let question: Question<u8> = read("2024-01-01", r#"{"Old":[1,2]}"#).unwrap();
    assert_eq!(question, Question::New(3));
    assert_eq!(read::<Question<u8>>("2024-01-01", r#"{"Plain":null}"#).unwrap(), Question::Plain);
}

#[versioned]
#[derive(Debug, PartialEq, Deserialize)]
#[removed(in = "2025-01-01", was(Old(u8, u8)), upgrade = |a, b| Question::New(a + b))]
enum Question<T> {
    #[added(in = "2025-01-01")]
    New(u8),
    #[added(in = "2025-01-01")]
    Typed(T),
    Plain,
}

/// Two variants swap their names, and one name goes through three hands.
#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[removed(in = "2024-06-01", was(B), upgrade = || Hands::C)]
enum Hands {
    #[renamed(in = "2026-01-01", was(B))]
    #[renamed(in = "2025-01-01", was(Before))]
    A,
    #[renamed(in = "2026-01-01", was(A))]
    B,
    C,
}

#[test]
fn names_go_from_hand_to_hand() {
    for (version, names) in [
        ("2024-01-01", [r#""Before""#, r#""A""#, r#""C""#]),
        ("2024-06-01", [r#""Before""#, r#""A""#, r#""C""#]),
        ("2025-01-01", [r#""B""#, r#""A""#, r#""C""#]),
        ("2026-01-01", [r#""A""#, r#""B""#, r#""C""#]),
    ] {
        for (value, name) in [Hands::A, Hands::B, Hands::C].into_iter().zip(names) {
            assert_eq!(show(version, &value), name, "{version}");
            assert_eq!(read::<Hands>(version, name).unwrap(), value, "{version}");
        }
    }
    assert_eq!(read::<Hands>("2024-01-01", r#""B""#).unwrap(), Hands::C);
}

thread_local! {
    static ORDER: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn note(step: &'static str) {
    ORDER.with_borrow_mut(|order| order.push(step));
}

/// Each date brought a variant, and each steps down to the one of the date before.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[removed(in = "2026-01-01", was(Second(u8)), upgrade = Step::of_second)]
#[removed(in = "2024-01-01", was(Zeroth(u8)), upgrade = Step::of_zeroth)]
enum Step {
    First(u8),
    #[added(in = "2024-01-01", downgrade = Step::to_first)]
    Third(u8),
    #[added(in = "2025-01-01", downgrade = Step::to_third)]
    Fourth(u8),
    #[added(in = "2026-01-01", downgrade = Step::to_fourth)]
    Fifth(u8),
}

impl Step {
    fn to_first(&self) -> Self {
        note("third to first");
        let Self::Third(value) = self else { unreachable!() };
        Self::First(value + 1)
    }

    fn to_third(&self) -> Self {
        note("fourth to third");
        let Self::Fourth(value) = self else { unreachable!() };
        Self::Third(value + 1)
    }

    fn to_fourth(&self) -> Self {
        note("fifth to fourth");
        let Self::Fifth(value) = self else { unreachable!() };
        Self::Fourth(value + 1)
    }

    fn of_second(value: u8) -> Self {
        note("second");
        Self::Fifth(value)
    }

    fn of_zeroth(value: u8) -> Self {
        note("zeroth");
        Self::First(value)
    }
}

#[test]
fn a_chain_of_variants_runs_in_the_order_of_its_dates() {
    let taken = || ORDER.with_borrow_mut(std::mem::take);
    for (version, text, steps) in [
        ("2026-01-01", r#"{"Fifth":0}"#, vec![]),
        ("2025-01-01", r#"{"Fourth":1}"#, vec!["fifth to fourth"]),
        ("2024-01-01", r#"{"Third":2}"#, vec!["fifth to fourth", "fourth to third"]),
        ("2023-01-01", r#"{"First":3}"#, vec!["fifth to fourth", "fourth to third", "third to first"]),
    ] {
        assert_eq!(show(version, &Step::Fifth(0)), text);
        assert_eq!(taken(), steps, "{version}");
    }
    for (version, text, step, up) in [
        ("2023-01-01", r#"{"Zeroth":1}"#, Step::First(1), vec!["zeroth"]),
        ("2023-01-01", r#"{"Second":1}"#, Step::Fifth(1), vec!["second"]),
        ("2025-01-01", r#"{"Second":1}"#, Step::Fifth(1), vec!["second"]),
        ("2025-01-01", r#"{"Fourth":1}"#, Step::Fourth(1), vec![]),
    ] {
        assert_eq!(read::<Step>(version, text).unwrap(), step);
        assert_eq!(taken(), up, "{version}");
    }
}

/// An enum with a tag, flattened into a struct that changed too.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Delivery {
    #[renamed(in = "2025-01-01", was(number))]
    id: u8,
    #[serde(flatten)]
    step: Tagged,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase")]
#[retagged(in = "2024-06-01", was(external))]
enum Tagged {
    #[renamed(in = "2025-06-01", was(Send))]
    Sent { by: String },
    #[added(in = "2025-06-01", downgrade = |_| Tagged::Sent { by: "us".to_owned() })]
    Lost { at: u8 },
}

#[test]
fn an_enum_is_flattened_into_a_struct() {
    let sent = Delivery { id: 1, step: Tagged::Sent { by: "x".to_owned() } };
    for (version, text) in [
        ("2024-01-01", r#"{"number":1,"send":{"by":"x"}}"#),
        ("2024-06-01", r#"{"number":1,"step":"send","by":"x"}"#),
        ("2025-01-01", r#"{"id":1,"step":"send","by":"x"}"#),
        ("2025-06-01", r#"{"id":1,"step":"sent","by":"x"}"#),
    ] {
        assert_eq!(show(version, &sent), text);
        assert_eq!(read::<Delivery>(version, text).unwrap(), sent);
    }
    let lost = Delivery { id: 1, step: Tagged::Lost { at: 2 } };
    assert_eq!(show("2025-01-01", &lost), r#"{"id":1,"step":"send","by":"us"}"#);
    assert_eq!(show("2025-06-01", &lost), r#"{"id":1,"step":"lost","at":2}"#);
}

/// An older shape that does not mention a parameter has a schema all the same.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
enum Choice<'a, T> {
    Nothing,
    #[added(in = "2025-01-01", was(Nothing))]
    Typed(T),
    #[added(in = "2025-01-01", was(Nothing))]
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

#[test]
fn a_shape_without_the_parameters_is_described() {
    for (version, text, is_valid) in [
        ("2024-01-01", r#""Nothing""#, true),
        ("2024-01-01", r#"{"Typed":1}"#, false),
        ("2025-01-01", r#"{"Typed":1}"#, true),
        ("2025-01-01", r#"{"Text":"t"}"#, true),
        ("2025-01-01", r#"{"__Marker":null}"#, false),
    ] {
        let schema = schema_at::<Choice<'_, u8>>(date(version)).to_value();
        let body = serde_json::from_str(text).unwrap();
        assert_eq!(jsonschema::validator_for(&schema).unwrap().is_valid(&body), is_valid, "{version} {text}");
        let read = steadfast::at_version(date(version), || serde_json::from_str::<Choice<'_, u8>>(text));
        assert_eq!(read.is_ok(), is_valid, "{version} {text}");
    }
    assert_eq!(show("2024-01-01", &Choice::Typed(1)), r#""Nothing""#);
    assert_eq!(show("2024-01-01", &Choice::<u8>::Text("t".into())), r#""Nothing""#);
}

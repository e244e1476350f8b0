//! How the members of an enum were told apart.

use super::{date, read, show};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steadfast::{schema_at, versioned};

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
#[retagged(in = "2026-01-01", was(tag = "kind"))]
#[retagged(in = "2025-01-01", was(external))]
#[retagged(in = "2024-06-01", was(untagged))]
#[retagged(in = "2024-01-01", was(tag = "t", content = "c"))]
enum Event {
    Paid(Paid),
    Refunded {
        reason: String,
    },
    #[renamed(in = "2025-01-01", was(Void))]
    Nothing,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Paid {
    #[renamed(in = "2025-01-01", was(cents))]
    amount: i64,
}

#[test]
fn every_version_has_its_own_tags() {
    let (paid, refunded) = (Event::Paid(Paid { amount: 1 }), Event::Refunded { reason: "r".to_owned() });
    for (version, texts) in [
        (
            "2023-01-01",
            [r#"{"t":"paid","c":{"cents":1}}"#, r#"{"t":"refunded","c":{"reason":"r"}}"#, r#"{"t":"void"}"#],
        ),
        ("2024-01-01", [r#"{"cents":1}"#, r#"{"reason":"r"}"#, "null"]),
        ("2024-06-01", [r#"{"paid":{"cents":1}}"#, r#"{"refunded":{"reason":"r"}}"#, r#""void""#]),
        (
            "2025-01-01",
            [r#"{"kind":"paid","amount":1}"#, r#"{"kind":"refunded","reason":"r"}"#, r#"{"kind":"nothing"}"#],
        ),
        (
            "2026-01-01",
            [
                r#"{"type":"paid","data":{"amount":1}}"#,
                r#"{"type":"refunded","data":{"reason":"r"}}"#,
                r#"{"type":"nothing"}"#,
            ],
        ),
    ] {
        let validator = jsonschema::validator_for(&schema_at::<Event>(date(version)).to_value()).unwrap();
        for (event, text) in [&paid, &refunded, &Event::Nothing].into_iter().zip(texts) {
            assert_eq!(show(version, event), text, "{version}");
            assert_eq!(read::<Event>(version, text).unwrap(), *event, "{version}");
            assert!(validator.is_valid(&serde_json::from_str(text).unwrap()), "{version} {text}");
        }
    }
    for (version, text, error) in [
        ("2023-01-01", r#"{"c":1}"#, "missing field `t`"),
        ("2024-01-01", r#"{"x":1}"#, "data did not match any variant of untagged enum Event"),
        (
            "2024-06-01",
            r#"{"nothing":null}"#,
            "unknown variant `nothing`, expected one of `paid`, `refunded`, `void`",
        ),
        ("2025-01-01", "{}", "missing field `kind`"),
        ("2025-01-01", "7", "invalid type: integer `7`, expected internally tagged enum Event"),
        ("2026-01-01", "7", "invalid type: integer `7`, expected adjacently tagged enum Event"),
    ] {
        let found = read::<Event>(version, text).unwrap_err().to_string();
        assert_eq!(found.split(" at line").next().unwrap(), error, "{version}");
    }
}

/// Members of every tagging may come and go, and those that have a name may change it.
macro_rules! members {
    ($name:ident, $(#[$attribute:meta])?, $(#[$renamed:meta])?, $($text:literal)*) => {
        mod $name {
            use super::{Deserialize, Serialize, read, show, versioned};

            #[versioned]
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            $(#[$attribute])?
            #[removed(in = "2025-01-01", was(Old { id: u8 }), upgrade = |id| Member::Named { id })]
            enum Member {
                Plain,
                $(#[$renamed])?
                Named { id: u8 },
                #[added(in = "2025-01-01", downgrade = |newer| match newer { Member::Wrapped(inner) => Member::Named { id: inner.0 }, _ => Member::Plain })]
                Wrapped((u8, u8)),
            }

            #[test]
            fn come_and_go() {
                let texts = [$($text),*];
                let values = [
                    ("2025-01-01", Member::Plain),
                    ("2024-01-01", Member::Named { id: 1 }),
                    ("2025-01-01", Member::Named { id: 1 }),
                ];
                for ((version, value), text) in values.into_iter().zip(texts) {
                    assert_eq!(show(version, &value), text);
                    assert_eq!(read::<Member>(version, text).unwrap(), value);
                }
                assert_eq!(show("2024-01-01", &Member::Wrapped((1, 2))), texts[1]);
                assert_eq!(read::<Member>("2024-01-01", texts[3]).unwrap(), Member::Named { id: 2 });
            }
        }
    };
}

members!(external, , #[renamed(in = "2025-01-01", was(Called))],
    r#""Plain""# r#"{"Called":{"id":1}}"# r#"{"Named":{"id":1}}"# r#"{"Old":{"id":2}}"#);
members!(adjacent, #[serde(tag = "t", content = "c")], #[renamed(in = "2025-01-01", was(Called))],
    r#"{"t":"Plain"}"# r#"{"t":"Called","c":{"id":1}}"# r#"{"t":"Named","c":{"id":1}}"# r#"{"t":"Old","c":{"id":2}}"#);
members!(untagged, #[serde(untagged)], , r"null" r#"{"id":1}"# r#"{"id":1}"# r#"{"id":2}"#);
members!(internal, #[serde(tag = "t")], #[renamed(in = "2025-01-01", was(Called))],
    r#"{"t":"Plain"}"# r#"{"t":"Called","id":1}"# r#"{"t":"Named","id":1}"# r#"{"t":"Old","id":2}"#);

/// Which struct an untagged body is depends on the version it was sent at.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Source {
    Card(Card),
    Account(Account),
    #[added(in = "2026-01-01", downgrade = |_| Source::Account(Account { iban: "-".to_owned() }))]
    Text(String),
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Card {
    #[renamed(in = "2025-01-01", was(number))]
    token: String,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Account {
    #[renamed(in = "2025-01-01", was(token))]
    iban: String,
}

#[test]
fn an_untagged_enum_of_versioned_structs() {
    let (card, account) =
        (Source::Card(Card { token: "x".to_owned() }), Source::Account(Account { iban: "x".to_owned() }));
    for (version, source, text) in [
        ("2024-01-01", &card, r#"{"number":"x"}"#),
        ("2024-01-01", &account, r#"{"token":"x"}"#),
        ("2025-01-01", &card, r#"{"token":"x"}"#),
        ("2025-01-01", &account, r#"{"iban":"x"}"#),
    ] {
        assert_eq!(show(version, source), text);
        assert_eq!(read::<Source>(version, text).unwrap(), *source);
    }
    assert_eq!(show("2025-01-01", &Source::Text("t".to_owned())), r#"{"iban":"-"}"#);
    assert_eq!(show("2026-01-01", &Source::Text("t".to_owned())), r#""t""#);
    assert!(read::<Source>("2025-01-01", r#""t""#).is_err());
}

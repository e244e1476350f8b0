//! What `fields(..)` picks out of a body must be there: told when the API is built.

use axum::Json;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::panic::catch_unwind;
use steadfast::{
    Api, ApiVersions, Endpoints, Fingerprint, Header, MemoryStore, Versioned, api_version, endpoints,
    idempotent, post, versioned,
};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[allow(dead_code, reason = "it is only read")]
#[derive(Deserialize, Fingerprint)]
struct Order {
    #[serde(rename = "customerId", alias = "customer")]
    customer_id: String,
    to: Option<Box<Account>>,
    lines: Vec<Line>,
    notes: HashMap<String, Line>,
    by: Method,
}

#[allow(dead_code, reason = "it is only read")]
#[derive(Deserialize, Fingerprint)]
struct Account {
    iban: String,
    #[fingerprint(skip)]
    seen: u64,
}

#[allow(dead_code, reason = "it is only read")]
#[derive(Deserialize, Fingerprint)]
struct Line {
    sku: String,
}

#[allow(dead_code, reason = "it is only read")]
#[derive(Deserialize, Fingerprint)]
enum Method {
    Card { number: String },
    Transfer(Account),
}

#[allow(dead_code, reason = "it is only read")]
#[derive(Deserialize)]
struct Open {
    amount: u64,
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2025-09-30", was(cents))]
    amount: u64,
}

/// Under this name, and below another, since the same day.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Refunds {
    #[renamed(in = "2025-09-30", was(payments))]
    refunds: Vec<Payment>,
}

/// It reads more spellings of its name than it tells serde, and others not at all.
struct Lenient;

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("Lenient", &["amount"], Self)
    }
}

impl<'de> Visitor<'de> for Lenient {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name.eq_ignore_ascii_case("amount") {
                map.next_value::<u64>()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(self)
    }
}

#[allow(dead_code, reason = "it is only read")]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    pair: (Line, Account),
    paid: Paid,
}

#[allow(dead_code, reason = "it is only read")]
#[derive(Deserialize)]
enum Paid {
    Now {
        by: String,
    },
    #[serde(other)]
    Otherwise,
}

macro_rules! picks {
    ($($name:ident: $body:ty = $($pointer:literal),+;)*) => {
        $(
            #[post("/orders")]
            #[api_version(since = "2024-01-15")]
            #[idempotent(ttl = "24h", scope = none, fingerprint = fields($($pointer),+))]
            async fn $name(_: $body) {}
        )*
    };
}

picks! {
    all_there: Json<Order> = "/customerId", "/customer", "/to/iban", "/lines/*/sku", "/lines/0/sku", "/notes/a/sku",
        "/notes/*/sku", "/by/Card/number", "/by/Transfer/iban", "/*";
    older: Option<Versioned<Payment>> = "/amount", "/cents";
    in_a_list: Versioned<Vec<Payment>> = "/*/amount", "/*/cents";
    both_renamed: Versioned<Refunds> = "/refunds/*/amount", "/payments/*/cents";
    lenient: Json<Lenient> = "/amount", "/AMOUNT";
    not_so_lenient: Json<Lenient> = "/total";
    closed: Json<Closed> = "/pair/*/iban", "/pair/0/sku", "/pair/1/iban", "/paid/Now/by", "/paid/Later";
    not_in_closed: Json<Closed> = "/par";
    open: Json<Open> = "/amount", "/anything";
    any: Json<serde_json::Value> = "/anything";
    untyped: String = "/anything";
    misspelt: Json<Order> = "/customerId", "/customer_id";
    below: Json<Order> = "/to/ibam";
    below_a_list: Json<Order> = "/lines/sku";
    in_an_element: Json<Order> = "/lines/*/skus";
    in_a_value: Json<Order> = "/notes/*/skus";
    variant: Json<Order> = "/by/Cash";
    in_a_variant: Json<Order> = "/by/Card/pan";
    left_out: Json<Order> = "/to/seen";
    never: Versioned<Payment> = "/amount", "/cents", "/total";
}

/// What is told where an API of the endpoint is built.
fn told(endpoints: fn() -> Endpoints<Version, (), 1>) -> Option<String> {
    let built = catch_unwind(|| -> axum::Router {
        Api::new(endpoints())
            .version_from(Header("Api-Version").or_default(Version::V2025_09_30))
            .idempotency(MemoryStore::new())
            .with_state(())
    });
    Some(*built.err()?.downcast::<String>().unwrap())
}

macro_rules! told {
    ($name:ident) => {
        told(|| endpoints![Version; $name])
    };
}

#[test]
fn what_is_there_can_be_picked() {
    assert_eq!(told!(all_there), None);
    assert_eq!(told!(older), None);
    assert_eq!(told!(in_a_list), None);
    assert_eq!(told!(both_renamed), None);
    assert_eq!(told!(lenient), None);
    assert_eq!(told!(closed), None);
    assert_eq!(told!(open), None);
    assert_eq!(told!(any), None);
    assert_eq!(told!(untyped), None);
}

#[test]
fn what_is_not_there_is_told() {
    let name = |name: &str| format!("{}::{name}", module_path!());
    let nothing = |told: Option<String>, pointer: &str, of: &str, why: &str| {
        let of = name(of);
        let expected = format!("{pointer:?} in `fields(..)` of {of} points at nothing, because {why}");
        assert_eq!(told.as_deref(), Some(&*expected));
    };
    let order = "the body has only `customer`, `customerId`, `to`, `lines`, `notes`, `by`: write one of them";
    nothing(told!(misspelt), "/customer_id", "misspelt", order);
    let account = "\"/to\" has only `iban`, `seen`: write one of them";
    nothing(told!(below), "/to/ibam", "below", account);
    let list = "\"/lines\" is a list: write \"/lines/*\" for each of its elements";
    nothing(told!(below_a_list), "/lines/sku", "below_a_list", list);
    nothing(
        told!(in_an_element),
        "/lines/*/skus",
        "in_an_element",
        "\"/lines/*\" has only `sku`: write one of them",
    );
    nothing(
        told!(in_a_value),
        "/notes/*/skus",
        "in_a_value",
        "\"/notes/*\" has only `sku`: write one of them",
    );
    nothing(told!(variant), "/by/Cash", "variant", "\"/by\" has only `Card`, `Transfer`: write one of them");
    nothing(
        told!(in_a_variant),
        "/by/Card/pan",
        "in_a_variant",
        "\"/by/Card\" has only `number`: write one of them",
    );
    let only = "the body has only `amount`: write one of them";
    nothing(told!(not_so_lenient), "/total", "not_so_lenient", only);
    let only = "the body has only `pair`, `paid`: write one of them";
    nothing(told!(not_in_closed), "/par", "not_in_closed", only);
    nothing(told!(never), "/total", "never", "the body has only `amount`: write one of them");
}

#[test]
fn what_its_type_leaves_out_is_told() {
    let expected = format!(
        "\"/to/seen\" in `fields(..)` of {}::left_out does not count, because of `#[fingerprint(skip)]`: remove one of the two",
        module_path!()
    );
    assert_eq!(told!(left_out), Some(expected));
}

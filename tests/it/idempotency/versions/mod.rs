//! One key, and retries of its request at another version: what they say in other words is the same, and what they hear
//! is said in theirs.

mod answers;
mod counted;
mod deploys;
mod doubt;
mod hidden;
mod in_flight;
mod pairs;
mod recovered;
mod refused;
mod sealed;
mod spelled;

use super::world::World;
use super::{Client, Seen};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use steadfast::{
    ApiVersions, Created, Date, FixedClock, Sqlite, Tx, Versioned, api_version, idempotent, post, versioned,
};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15", deprecated = "2024-12-18", sunset = "2025-07-01")]
    V1,
    #[version("2024-06-15")]
    V2,
    #[version("2024-12-18")]
    V3,
}

const V1: &str = "2024-01-15";
const V2: &str = "2024-06-15";
const V3: &str = "2024-12-18";

#[versioned]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct NewCharge {
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = Money::usd, downgrade = Money::value)]
    amount: Money,
    #[renamed(in = "2024-06-15", was(customer))]
    customer_id: String,
    /// An older client says that it is captured by not saying anything.
    #[added(in = "2024-12-18", default = true)]
    #[serde(default)]
    capture: bool,
    note: Option<String>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Money {
    value: i64,
    currency: String,
}

impl Money {
    fn usd(value: i64) -> Self {
        Self { value, currency: "usd".to_owned() }
    }

    fn value(&self) -> i64 {
        self.value
    }
}

#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Charge {
    call: u32,
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = Money::usd, downgrade = Money::value)]
    amount: Money,
    #[renamed(in = "2024-06-15", was(customer))]
    customer_id: String,
    #[added(in = "2024-12-18", default)]
    captured: bool,
}

impl Charge {
    fn of(new: NewCharge, call: u32) -> Self {
        Self { call, amount: new.amount, customer_id: new.customer_id, captured: new.capture }
    }
}

#[post("/charges")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn charge(
    State(world): State<World>,
    Versioned(new): Versioned<NewCharge>,
) -> Created<Versioned<Charge>> {
    let call = world.enter().await;
    Created::at(format!("/charges/{call}"), Versioned(Charge::of(new, call)))
}

#[post("/joined")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn joined(
    State(world): State<World>,
    _tx: Tx<Sqlite>,
    Versioned(new): Versioned<NewCharge>,
) -> Created<Versioned<Charge>> {
    let call = world.enter().await;
    Created::at(format!("/charges/{call}"), Versioned(Charge::of(new, call)))
}

/// What one client asks for, and hears, in the words of each version.
const REQUESTS: [(&str, &str); 3] = [
    (V1, r#"{"cents":500,"customer":"cus_1"}"#),
    (V2, r#"{"cents":500,"customer_id":"cus_1"}"#),
    (V3, r#"{"amount":{"value":500,"currency":"usd"},"customer_id":"cus_1","capture":true}"#),
];

const ANSWERS: [&str; 3] = [
    r#"{"call":1,"cents":500,"customer":"cus_1"}"#,
    r#"{"call":1,"cents":500,"customer_id":"cus_1"}"#,
    r#"{"call":1,"amount":{"value":500,"currency":"usd"},"customer_id":"cus_1","captured":true}"#,
];

/// A day on which every version is served.
fn clock() -> FixedClock {
    FixedClock::at_start_of(Date::parse("2025-01-01").unwrap())
}

/// An `Api` of these endpoints, with another's versions if they are named.
macro_rules! served {
    ($store:expr, $world:expr; $($endpoint:path),*) => {
        crate::idempotency::versions::served!(
            crate::idempotency::versions::Version, $store, $world, crate::idempotency::versions::clock(); $($endpoint),*
        )
    };
    ($version:path, $store:expr, $world:expr, $clock:expr; $($endpoint:path),*) => {
        crate::idempotency::Client(
            steadfast::Api::new(steadfast::endpoints![$version; $($endpoint),*])
                .version_from(steadfast::Header("Api-Version").or_reject())
                .clock($clock)
                .idempotency(steadfast::Idempotency::new($store))
                .with_state($world.clone()),
        )
    };
}

use served;

impl Client {
    async fn ask(&self, path: &str, version: &str, key: &str, body: &str) -> Seen {
        let headers =
            [("api-version", version), ("idempotency-key", key), ("content-type", "application/json")];
        self.send("POST", path, &headers, body).await
    }
}

impl Seen {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// An answer that is stored, in the words of a version.
    #[track_caller]
    fn is_told(&self, version: &str, body: &str) {
        self.is_replayed(201, body);
        assert_eq!(self.header("api-version"), Some(version), "{self:?}");
    }
}

/// The clock of a day behind the first version's sunset.
fn after_sunset(clock: &FixedClock) {
    clock.advance(Duration::from_hours(24 * 200));
}

//! A retry at another version may spell a value otherwise, where the macro knows that serde writes all of it.

use super::super::stores::stores;
use super::{V1, V3, World, clock, served};
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use steadfast::{Versioned, api_version, idempotent, post, versioned};
use uuid::Uuid;

type Labels = serde_json::Map<String, serde_json::Value>;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Booking {
    #[renamed(in = "2024-06-15", was(ratio))]
    rate: Option<f64>,
    at: DateTime<Utc>,
    guest: Option<Uuid>,
    rooms: BTreeMap<String, (u8, Vec<Uuid>)>,
    #[serde(default)]
    prices: HashMap<String, f64>,
    #[opaque]
    labels: Labels,
}

#[post("/bookings")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn book(State(world): State<World>, Versioned(booking): Versioned<Booking>) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, booking.at))
}

/// A booking with these members in place of those that it has else, as a version names them.
fn booking(version: &str, members: &[(&str, &str)]) -> String {
    const ROOM: &str = r#"{"a":[2,["f81d4fae-7dec-11d0-a765-00a0c91e6bf6"]]}"#;
    let mut all = BTreeMap::from([
        ("rate", "10.0"),
        ("at", r#""2024-05-01T12:00:00Z""#),
        ("guest", r#""f81d4fae-7dec-11d0-a765-00a0c91e6bf6""#),
        ("rooms", ROOM),
        ("prices", r#"{"a":1.5,"b":2.5,"c":3.5}"#),
        ("labels", r#"{"vip":true}"#),
    ]);
    all.extend(members.iter().copied());
    let members = all.iter().map(|(name, value)| match *name {
        "rate" if version == V1 => format!(r#""ratio":{value}"#),
        name => format!(r#""{name}":{value}"#),
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

#[tokio::test]
async fn value_in_another_spelling_at_another_version_is_the_same_request() {
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); book);
        let first = client.ask("/bookings", V1, "a", &booking(V1, &[])).await;
        first.is_fresh(201, "1 2024-05-01 12:00:00 UTC");
        for spelled in [
            &[("rate", "10"), ("at", r#""2024-05-01T12:00:00+00:00""#)][..],
            &[("rate", "1e1"), ("at", r#""2024-05-01T14:00:00+02:00""#)],
            &[("guest", r#""F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6""#)],
            &[("rooms", r#"{"a":[2,["F81D4FAE7DEC11D0A76500A0C91E6BF6"]]}"#)],
            &[("prices", r#"{"c":3.50,"b":2.50,"a":1.50}"#)],
        ] {
            let told = client.ask("/bookings", V3, "a", &booking(V3, spelled)).await;
            told.is_told(V1, "1 2024-05-01 12:00:00 UTC");
        }
        for other in [
            ("rate", "10.5"),
            ("rate", "null"),
            ("at", r#""2024-05-01T12:00:01Z""#),
            ("guest", "null"),
            ("rooms", r#"{"a":[3,["f81d4fae-7dec-11d0-a765-00a0c91e6bf6"]]}"#),
            ("prices", r#"{"a":1.5,"b":2.5}"#),
            ("labels", r#"{"vip":false}"#),
        ] {
            let refused = client.ask("/bookings", V3, "a", &booking(V3, &[other])).await;
            refused.is_problem(422, "key-reused");
        }
    }
}

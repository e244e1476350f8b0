//! One suite for every place that a version can come from, so that none of them lacks what another has.
//!
//! `places` lists the places; each test of the other files goes through all of them.

mod bodies;
mod disagreement;
mod lifecycle;
mod methods;
mod pins;
mod places;
mod replays;

use crate::server::{Answer, Server};
use axum::extract::Path;
use axum::http::StatusCode;
use places::Place;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use steadfast::{
    AfterSunset, Api, ApiVersions, Date, FixedClock, MemoryStore, Versioned, api_version, delete, endpoints,
    get, idempotent, post, versioned,
};

#[derive(ApiVersions)]
#[api_versions(removed("2023-01-15"))]
pub(crate) enum Version {
    #[version(
        "2024-01-15",
        alias = "v1",
        deprecated = "2024-12-18",
        sunset = "2025-07-01",
        guide = "https://api.example.com/v2",
        brownouts("2025-06-01T14:00Z" for "1h")
    )]
    V1,
    #[version("2024-12-18", alias = "v2")]
    V2,
    #[version("2025-09-30", alias = "v3")]
    V3,
}

use Version::{V1, V2, V3};

impl Version {
    fn alias(self) -> &'static str {
        Self::TIMELINE.releases[self.position()].alias.unwrap()
    }
}

#[get("/shop/version")]
#[api_version(since = "2024-01-15")]
async fn version(version: Version) -> String {
    version.to_string()
}

#[get("/shop/items/{id}")]
#[api_version(since = "2024-12-18")]
async fn item(Path(id): Path<u32>) -> String {
    format!("item {id}")
}

#[delete("/shop/items/{id}")]
#[api_version(since = "2024-01-15")]
async fn delete_item(Path(_): Path<u32>) -> StatusCode {
    StatusCode::NO_CONTENT
}

#[get("/shop/news")]
#[api_version(since = "2024-12-18")]
async fn news() -> &'static str {
    "news"
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[serde(default)]
    id: u32,
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = Money::usd, downgrade = Money::cents)]
    total: Money,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Money {
    value: i64,
    currency: String,
}

impl Money {
    fn usd(value: i64) -> Self {
        Self { value, currency: "usd".to_owned() }
    }

    fn cents(&self) -> i64 {
        self.value
    }
}

static ORDERS: AtomicU32 = AtomicU32::new(1);

#[post("/shop/orders")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn order(Versioned(order): Versioned<Order>) -> Versioned<Order> {
    Versioned(Order { id: ORDERS.fetch_add(1, Ordering::SeqCst), ..order })
}

#[post("/shop/echo")]
#[api_version(since = "2024-01-15")]
async fn echo(Versioned(order): Versioned<Order>) -> (StatusCode, Versioned<Order>) {
    (StatusCode::ACCEPTED, Versioned(order))
}

/// A second of a day.
fn second(day: &str, second: u64) -> Duration {
    let day = Date::parse(day).unwrap().unix_seconds();
    Duration::from_secs(u64::try_from(day).unwrap() + second)
}

/// When every version answers.
fn while_all_live() -> Duration {
    second("2025-01-01", 0)
}

/// The API, by the policy of `place`; `default` is what a place without a word from the client stands for.
async fn serve(place: &Place, default: Version, now: Duration, after: AfterSunset) -> Server {
    serve_by(FixedClock::new(now), place, default, after).await
}

/// The same, by a clock that can be moved.
async fn serve_by(clock: FixedClock, place: &Place, default: Version, after: AfterSunset) -> Server {
    let app = Api::new(endpoints![Version; version, item, delete_item, news, order, echo])
        .version_from((place.policy)(default))
        .clock(clock)
        .after_sunset(after)
        .idempotency(MemoryStore::new())
        .with_state(());
    Server::start(app).await
}

/// Asks at `version`, named where `place` says, and checks what every answer at a version has.
async fn ask(
    server: &Server,
    place: &Place,
    version: Version,
    request: &str,
    headers: &[&str],
    body: &str,
) -> Answer {
    let answer = ask_anything(server, place, version, request, headers, body).await;
    assert_eq!(answer.header(place.echo), Some(version.to_string().as_str()), "{}: {answer:?}", place.name);
    answer
}

/// Asks at `version` without looking which is served.
async fn ask_anything(
    server: &Server,
    place: &Place,
    version: Version,
    request: &str,
    headers: &[&str],
    body: &str,
) -> Answer {
    let (method, path) = request.split_once(' ').unwrap();
    let named = (place.name_it)(path, &version.to_string(), version.alias());
    let mut lines: Vec<String> = headers.iter().map(|&line| line.to_owned()).collect();
    if !body.is_empty() && !named.headers.iter().any(|line| line.starts_with("Content-Type")) {
        lines.push("Content-Type: application/json".to_owned());
    }
    lines.extend(named.headers);
    let answer = server.call(&format!("{method} {}", named.target), &lines, body).await;
    assert_eq!(vary(&answer), place.vary, "{}: {request} {answer:?}", place.name);
    answer
}

/// The members of `Vary`, in the order of the alphabet.
fn vary(answer: &Answer) -> Vec<String> {
    let fields = answer.all("vary");
    let mut members: Vec<String> = fields
        .iter()
        .flat_map(|field| field.split(','))
        .map(|member| member.trim().to_ascii_lowercase())
        .collect();
    members.sort();
    members
}

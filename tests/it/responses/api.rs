//! The API whose answers are kept.

use crate::server::Server;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use steadfast::{
    AfterSunset, Api, ApiVersions, Created, Date, FixedClock, Header, MediaType, MemoryStore, PathSegment,
    VersionPolicy, Versioned, api_version, endpoints, get, idempotent, post, versioned,
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
    #[version("2024-12-18", alias = "v2", guide = "https://api.example.com/v3")]
    V2,
    #[version("2025-09-30", alias = "v3")]
    V3,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u32,
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = |value| Money { value }, downgrade = |money: &Money| money.value)]
    total: Money,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Money {
    value: i64,
}

#[get("/orders/{id}")]
#[api_version(since = "2024-01-15", opaque)]
async fn order(Path(id): Path<u32>, headers: HeaderMap) -> Response {
    let tag = format!("\"tag-{id}\"");
    let described =
        [(header::ETAG, tag.clone()), (header::LAST_MODIFIED, "Wed, 05 Feb 2025 08:09:10 GMT".to_owned())];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|asked| *asked == tag) {
        return (StatusCode::NOT_MODIFIED, described).into_response();
    }
    (described, Versioned(Order { id, total: Money { value: 5 } })).into_response()
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn place_order(Versioned(order): Versioned<Order>) -> Created<Versioned<Order>> {
    Created::at(format!("/orders/{}", order.id), Versioned(order))
}

#[get("/reports")]
#[api_version(since = "2024-01-15", deprecated = "2025-03-05", sunset = "2025-08-09")]
async fn reports() -> &'static str {
    "reports"
}

#[get("/news")]
#[api_version(since = "2024-12-18")]
async fn news() -> &'static str {
    "news"
}

/// What differs from case to case.
pub(super) struct Setup {
    now: Duration,
    after: AfterSunset,
    policy: VersionPolicy<Version, ()>,
}

impl Setup {
    /// An API that is asked by header on this day, or at this second of it: `2025-06-01T14:20:00`.
    pub(super) fn on(at: &str) -> Self {
        let (day, time) = at.split_once('T').unwrap_or((at, "00:00:00"));
        let seconds = time.split(':').fold(0, |seconds, part| seconds * 60 + part.parse::<u64>().unwrap());
        let day = u64::try_from(Date::parse(day).unwrap().unix_seconds()).unwrap();
        let policy = Header("Api-Version").or_reject();
        Self { now: Duration::from_secs(day + seconds), after: AfterSunset::Gone, policy }
    }

    pub(super) fn by_path(self) -> Self {
        Self { policy: PathSegment("/").or_reject(), ..self }
    }

    pub(super) fn by_media(self) -> Self {
        Self { policy: MediaType("application/vnd.acme+json").or_reject(), ..self }
    }

    pub(super) fn after(self, after: AfterSunset) -> Self {
        Self { after, ..self }
    }
}

pub(super) async fn serve(Setup { now, after, policy }: Setup) -> Server {
    let app = Api::new(endpoints![Version; order, place_order, reports, news])
        .version_from(policy)
        .clock(FixedClock::new(now))
        .after_sunset(after)
        .idempotency(MemoryStore::new())
        .with_state(());
    Server::start(app).await
}

use super::BodyComparison;
use crate as steadfast;
use crate::endpoint::{Handled, Meta};
use crate::transform::typed::TypedBody;
use crate::{Fingerprint, Versioned, api_version, extract, idempotent, post, versioned};
use axum::Json;
use axum::extract::{FromRequest, Request};
use serde::{Deserialize, Serialize};
use steadfast::Date;

const V1: Date = Date::known(20_240_115);
const V2: Date = Date::known(20_240_615);
const V3: Date = Date::known(20_241_218);
const V4: Date = Date::known(20_250_615);

fn of<E: Handled<H, T, ()>, H, T>(_: H) -> (&'static Meta, BodyComparison) {
    (const { &E::META }, E::FACTS.comparison)
}

/// The comparison of the endpoint of a handler.
macro_rules! of {
    ($handler:ident) => {
        of::<$handler, _, _>($handler)
    };
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = |cents: i64| cents * 10, downgrade = |mills: &i64| mills / 10)]
    #[renamed(in = "2024-06-15", was(amount))]
    mills: i64,
    #[added(in = "2025-06-15", default)]
    note: Option<String>,
}

#[post("/payments")]
#[api_version(since = "2024-01-15", until = "2025-06-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn pay(Versioned(_): Versioned<Payment>) {}

#[test]
fn body_in_the_shape_of_its_version_then_it_is_compared_as_a_value() {
    let (meta, comparison) = of!(pay);
    assert!(comparison.is_comparable(meta, V1, V3) && comparison.is_comparable(meta, V3, V2));
    // Another endpoint may have the path there.
    assert!(!comparison.is_comparable(meta, V1, V4) && !comparison.is_comparable(meta, V4, V3));
    assert!(!comparison.is_read_alike(b"{}", V1, V2) && comparison.is_read_alike(b"{}", V2, V2));
    assert!(
        comparison.is_readable(br#"{"amount":5}"#, V1) && !comparison.is_readable(br#"{"amount":5}"#, V2)
    );
    assert!([V1, V2].into_iter().all(|version| !comparison.is_faithful(version)));
    assert!([V3, V4].into_iter().all(|version| comparison.is_faithful(version)));
    let typed = comparison.typed(Some(V1)).unwrap();
    assert!(!typed.skips());
    let one = typed.canonical(br#"{"amount":5}"#, Some(V1), None).unwrap();
    assert_eq!(typed.canonical(br#"{"mills":50}"#, Some(V3), None), Some(one));
}

#[post("/read-only")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn read_only(Versioned(_): Versioned<ReadOnly>) {}

#[versioned]
#[derive(Deserialize)]
struct ReadOnly {
    #[renamed(in = "2024-06-15", was(amount))]
    _cents: i64,
}

/// Nothing changed about it, and it holds what changed.
#[versioned]
#[derive(Deserialize)]
struct Batch {
    _payments: Vec<Payment>,
}

#[post("/batches")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn batch(_: Option<Versioned<Batch>>) {}

#[test]
fn value_that_is_never_written_then_texts_are_compared_where_they_mean_the_same() {
    let (meta, comparison) = of!(read_only);
    assert!(comparison.typed(Some(V1)).is_none() && comparison.is_comparable(meta, V1, V3));
    assert!(!comparison.is_read_alike(b"{}", V1, V2) && comparison.is_read_alike(b"{}", V2, V3));
    let (meta, comparison) = of!(batch);
    assert!(comparison.typed(Some(V1)).is_none() && comparison.is_comparable(meta, V1, V3));
    assert!(comparison.is_read_alike(br#"{"_payments":[]}"#, V1, V3));
    assert!(!comparison.is_read_alike(br#"{"_payments":[{"amount":1}]}"#, V1, V3));
}

#[post("/plain")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn plain(Json(_): Json<u64>) {}

#[post("/queries")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn query(_: extract::Query<Payment>, Json(_): Json<u64>) {}

#[post("/forms")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn form(_: Result<extract::Form<Payment>, crate::Problem>) {}

#[test]
fn part_that_is_compared_as_text_then_it_must_not_have_changed() {
    let (meta, comparison) = of!(plain);
    assert!(comparison.is_comparable(meta, V1, V4) && comparison.is_read_alike(b"1", V1, V4));
    for (meta, comparison) in [of!(query), of!(form)] {
        assert!(comparison.typed(Some(V1)).is_none());
        assert!(!comparison.is_comparable(meta, V1, V2) && comparison.is_comparable(meta, V2, V2));
        assert!(comparison.is_read_alike(b"a=1", V1, V4));
    }
}

#[versioned]
#[derive(Deserialize, Fingerprint)]
struct Order {
    id: u64,
    #[fingerprint(skip)]
    _sent_at: Option<u64>,
}

#[versioned]
#[derive(Deserialize, Fingerprint)]
struct OldOrder {
    number: u64,
    #[fingerprint(skip)]
    _time: Option<u64>,
}

struct Valid<T>(T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned> FromRequest<S> for Valid<T> {
    type Rejection = axum::extract::rejection::JsonRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        Json::from_request(request, state).await.map(|Json(value)| Self(value))
    }
}

type Body = Result<Json<Order>, axum::extract::rejection::JsonRejection>;

#[post("/orders")]
#[idempotent(ttl = "24h", scope = none)]
async fn order(_: Body) {}

#[post("/valid")]
#[idempotent(ttl = "24h", scope = none)]
async fn valid(order: Option<Valid<Order>>) {
    let _ = order.map(|Valid(order)| order);
}

fn newer(Json(old): Json<OldOrder>) -> Json<Order> {
    Json(Order { id: old.number, _sent_at: None })
}

#[post("/moved")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", header("X-New", was = "X-Old")),
    changed(in = "2024-06-15", request(was(Json<OldOrder>), into(Json<Order>), upgrade = newer)),
)]
#[idempotent(ttl = "24h", scope = none)]
async fn moved(Json(order): Json<Order>) -> &'static str {
    if order.id == 0 { "none" } else { "some" }
}

impl<S: Send + Sync> axum::extract::OptionalFromRequest<S> for Valid<Order> {
    type Rejection = axum::extract::rejection::JsonRejection;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Self::Rejection> {
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
    }
}

#[test]
fn type_with_fields_that_do_not_count_then_its_bodies_are_values_at_every_version() {
    let text = |comparison: BodyComparison, version, body: &[u8]| {
        let typed = comparison.typed(version).filter(TypedBody::skips).unwrap();
        String::from_utf8(typed.canonical(body, version, None).unwrap()).unwrap()
    };
    for (_, comparison) in [of!(order), of!(valid)] {
        assert_eq!(text(comparison, None, br#"{"id":1,"_sent_at":2}"#), r#"{"id":1}"#);
    }
    let (meta, comparison) = of!(moved);
    assert_eq!(text(comparison, Some(V1), br#"{"number":1,"_time":2}"#), r#"{"number":1}"#);
    for version in [V2, V3] {
        assert_eq!(text(comparison, Some(version), br#"{"id":1,"_sent_at":2}"#), r#"{"id":1}"#);
    }
    assert!(!comparison.is_comparable(meta, V1, V2) && comparison.is_comparable(meta, V2, V3));
}

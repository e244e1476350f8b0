//! An API in a package that calls steadfast `api`: every macro takes `crate`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use api::axum::body::Body;
use api::http::{Request, StatusCode};
use api::{
    Api, ApiVersions, Change, DescribeResponse, Fingerprint, Header, MemoryStore, Outcome, Versioned,
    api_version, endpoints, get, idempotent, post, versioned,
};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};
use tower::ServiceExt;

#[derive(ApiVersions)]
#[api_versions(crate = api)]
enum Version {
    #[version("2024-01-15")]
    First,
    #[version("2025-09-30")]
    Second,
}

#[versioned(crate = api)]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2025-09-30", was(cents))]
    amount: i64,
    status: Status,
    note: Note,
}

#[versioned(crate = api)]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    #[renamed(in = "2025-09-30", was(Ok))]
    Paid,
}

#[versioned(crate = api)]
#[derive(Serialize, Deserialize)]
struct Note {
    text: String,
}

#[derive(Fingerprint, Serialize, Deserialize)]
#[fingerprint(crate = api)]
#[allow(dead_code, reason = "its derive is what is tested")]
struct Form {
    amount: i64,
    #[fingerprint(skip)]
    sent_at: String,
}

#[derive(Outcome, Debug)]
#[outcome(crate = api)]
enum Refused {
    #[outcome(final)]
    Limit,
}

impl DescribeResponse for Refused {
    type Body = ();
}

impl api::axum::response::IntoResponse for Refused {
    fn into_response(self) -> api::axum::response::Response {
        StatusCode::FORBIDDEN.into_response()
    }
}

#[derive(Change)]
#[change(Version, in = "2025-09-30", note = "Amounts are rounded.", crate = api)]
struct Rounds;

fn payment(amount: i64) -> Payment {
    Payment { amount, status: Status::Paid, note: Note { text: String::new() } }
}

#[get("/payment", crate = api)]
#[api_version(since = "2024-01-15")]
async fn read_payment() -> Versioned<Payment> {
    Versioned(payment(if Rounds.applies_here() { 10 } else { 7 }))
}

// The attribute that names the path may stand below the others.
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
#[post("/payment", crate = api)]
async fn create_payment(Versioned(new): Versioned<Payment>) -> Result<Versioned<Payment>, Refused> {
    if new.amount > 100 {
        return Err(Refused::Limit);
    }
    Ok(Versioned(new))
}

async fn call(request: Request<Body>) -> (StatusCode, String) {
    let router = Api::new(endpoints![crate = api; Version; read_payment, create_payment])
        .version_from(Header("api-version").or_reject())
        .idempotency(MemoryStore::new())
        .with_state(());
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn endpoints_of_a_renamed_dependency_then_every_version_is_served() {
    let read = Request::get("/payment").header("api-version", "2024-01-15").body(Body::empty()).unwrap();
    let older = r#"{"cents":7,"status":"ok","note":{"text":""}}"#;
    assert_eq!(call(read).await, (StatusCode::OK, older.to_owned()));

    for (cents, status) in [(7, StatusCode::OK), (101, StatusCode::FORBIDDEN)] {
        let body = format!(r#"{{"cents":{cents},"status":"ok","note":{{"text":""}}}}"#);
        let create = Request::post("/payment")
            .header("api-version", "2024-01-15")
            .header("idempotency-key", "\"key\"")
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap();
        assert_eq!(call(create).await.0, status);
    }
}

//! `impl Trait` in an answer, wherever axum allows it, and bodies that may be absent.
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use steadfast::axum::http::StatusCode;
use steadfast::axum::response::IntoResponse;
use steadfast::stream::{Ndjson, ndjson};
use steadfast::{
    Api, ApiVersions, DescribeResponse, Header, Problem, Versioned, api_version, endpoints, get, post,
    versioned,
};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[versioned]
#[derive(Clone, Serialize, Deserialize)]
struct Order {
    // Named functions take what the old and new columns coerce to.
    #[changed(in = "2024-12-18", was(name: String), upgrade = String::into_bytes, downgrade = text)]
    name: Vec<u8>,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[get("/a")]
#[api_version(since = "2024-01-15", opaque)]
async fn a() -> Result<impl IntoResponse, (StatusCode, impl IntoResponse)> {
    if true { Ok("a") } else { Err((StatusCode::IM_A_TEAPOT, "b")) }
}

#[post("/b")]
#[api_version(since = "2024-01-15")]
async fn b(order: Option<Versioned<Order>>) -> (StatusCode, Versioned<Order>) {
    let order = order.map_or_else(|| Order { name: Vec::new() }, |Versioned(order)| order);
    (StatusCode::OK, Versioned(order))
}

/// Several traits, of which one names the body, and a trait without objects.
#[get("/c")]
#[api_version(since = "2024-01-15")]
async fn c() -> Result<impl Copy + IntoResponse + DescribeResponse<Body = ()> + PartialEq + use<>, Problem> {
    Ok(StatusCode::OK)
}

#[get("/d")]
#[api_version(since = "2024-01-15")]
async fn d() -> Ndjson<impl Clone + Stream<Item = Result<Order, Infallible>> + use<>> {
    ndjson(stream::iter(Vec::<Result<Order, Infallible>>::new()))
}

fn main() {
    let _: axum::Router = Api::new(endpoints![Version; a, b, c, d])
        .version_from(Header("Api-Version").or_default(Version::V2024_12_18))
        .with_state(());
}

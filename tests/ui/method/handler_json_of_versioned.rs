use serde::Serialize;
use steadfast::axum::Json;
use steadfast::{ApiVersions, Endpoints, Problem, api_version, endpoints, get, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[versioned]
#[derive(Serialize)]
struct Payment {
    #[added(in = "2024-12-18")]
    priority: u8,
}

#[get("/payments")]
#[api_version(since = "2024-01-15")]
async fn handler() -> Result<Json<Vec<Payment>>, Problem> { //~ ERROR
    Ok(Json(vec![Payment { priority: 1 }]))
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}

use steadfast::axum::response::IntoResponse;
use steadfast::http::StatusCode;
use steadfast::{ApiVersions, Endpoints, endpoints, get};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[get("/orders")]
async fn list() -> (StatusCode, impl IntoResponse) {
    (StatusCode::OK, "text")
}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; list]; //~ ERROR
}

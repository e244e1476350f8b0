use steadfast::axum::response::Response;
use steadfast::{ApiVersions, Endpoints, endpoints, get};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

type Found = Response;

#[get("/orders")]
async fn list() -> Found {
    loop {}
}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; list]; //~ ERROR
}

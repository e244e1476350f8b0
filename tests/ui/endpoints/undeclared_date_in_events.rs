use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use steadfast::axum::response::Sse;
use steadfast::stream::Events;
use steadfast::{ApiVersions, Endpoints, Problem, api_version, endpoints, get, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Late {
    #[renamed(in = "2025-01-01", was(before))]
    after: u32,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Sse<Events<BoxStream<'static, Result<Late, Problem>>>> {
    loop {}
}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; list]; //~ ERROR
}

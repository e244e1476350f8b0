use futures_util::stream::BoxStream;
use std::convert::Infallible;
use steadfast::axum::response::Sse;
use steadfast::axum::response::sse::Event;
use steadfast::{ApiVersions, Endpoints, endpoints, get};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[get("/orders")]
async fn list() -> Sse<BoxStream<'static, Result<Event, Infallible>>> {
    loop {}
}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; list]; //~ ERROR
}

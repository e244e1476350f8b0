use steadfast::axum::http::HeaderMap;
use steadfast::{ApiVersions, Endpoints, api_version, endpoints, get};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[get("/payments")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", request(was(HeaderMap), into(HeaderMap), upgrade = of))
)]
async fn list(_headers: HeaderMap) { //~ ERROR
    let local = std::rc::Rc::new(1);
    std::future::ready(()).await;
    drop(local);
}

fn of(headers: HeaderMap) -> HeaderMap {
    headers
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; list];
}

use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::{Api, ApiVersions, Header, Shape, api_version, endpoints, get, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2025-09-30", was(seat))]
    seat_no: u32,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list<T: Shape + Serialize + Send + 'static>() -> Json<Vec<T>> { //~ ERROR
    Json(Vec::new())
}

// `cargo check` does not see the types that a generic handler is listed with; `cargo build` does.
fn main() {
    let _: axum::Router = Api::new(endpoints![Version; list::<Ticket>])
        .version_from(Header("Api-Version").or_default(Version::V2025_09_30))
        .with_state(());
}

use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::{Api, ApiVersions, Header, Versioned, api_version, endpoints, get, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2024-12-18", was(seat))]
    seat_no: u32,
}

#[get("/orders")]
#[api_version(since = "2024-01-15", changed(in = "2025-09-30", response(downgrade = older)))] //~ ERROR
async fn list() -> Versioned<u64> {
    Versioned(1)
}

fn older(_: Versioned<u64>) -> Json<Ticket> {
    Json(Ticket { seat_no: 1 })
}

// `cargo check` does not see what a function returns that an attribute names; `cargo build` does.
fn main() {
    let _: axum::Router = Api::new(endpoints![Version; list])
        .version_from(Header("Api-Version").or_default(Version::V2024_12_18))
        .with_state(());
}

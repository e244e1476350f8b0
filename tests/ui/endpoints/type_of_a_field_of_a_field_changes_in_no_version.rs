use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, get, post, versioned};

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
struct Order {
    #[added(in = "2024-12-18", default)]
    payment: Option<Payment>,
    #[added(in = "2025-09-30", default)]
    parent: Option<Box<Order>>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[added(in = "2025-09-30", default)]
    card: Vec<Card>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Card {
    #[renamed(in = "2025-10-01", was(expiry))]
    expires: String,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Brand {
    #[renamed(in = "2025-09-30", was(title))]
    name: String,
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
async fn create(_: Versioned<Order>) {}

#[get("/brands")]
#[api_version(since = "2024-01-15")]
async fn brands() -> Versioned<Vec<Brand>> {
    Versioned(Vec::new())
}

fn main() {
    let _: Endpoints<_, (), _> = endpoints![Version; create, brands]; //~ ERROR
}

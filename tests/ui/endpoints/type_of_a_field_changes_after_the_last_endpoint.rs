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
    payments: Vec<Payment>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Receipt {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[added(in = "2025-09-30", default)]
    id: u64,
}

#[post("/orders")]
#[api_version(since = "2024-01-15", until = "2025-09-30")]
async fn create(_: Versioned<Order>) {}

#[get("/receipts")]
#[api_version(since = "2024-01-15")]
async fn receipt() -> Versioned<Receipt> {
    Versioned(Receipt { id: 1 })
}

fn main() {
    let _: Endpoints<_, (), _> = endpoints![Version; create, receipt]; //~ ERROR
}

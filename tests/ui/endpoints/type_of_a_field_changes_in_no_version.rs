use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, post, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2024-12-18", was(customer))]
    customer_id: String,
    card: Option<Card>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Card {
    #[renamed(in = "2024-12-19", was(expiry))]
    expires: String,
}

#[post("/payments")]
#[api_version(since = "2024-01-15")]
async fn create(_: Versioned<Payment>) {}

fn main() {
    let _: Endpoints<_, (), _> = endpoints![Version; create]; //~ ERROR
}

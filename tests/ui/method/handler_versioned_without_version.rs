use serde::Serialize;
use steadfast::{ApiVersions, Endpoints, Versioned, endpoints, get, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[versioned]
#[derive(Serialize)]
struct Payment {
    #[added(in = "2024-12-18")]
    priority: u8,
}

#[get("/payments")]
async fn handler() -> Versioned<Payment> { //~ ERROR
    Versioned(Payment { priority: 1 })
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}

use steadfast::socket::Upgrade;
use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler(_: Upgrade<u8, u8>) {} //~ ERROR

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}

use steadfast::idempotency::Steps;
use steadfast::{ApiVersions, Endpoints, endpoints, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[post("/payments")]
async fn handler(_: Steps) {} //~ ERROR

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}

use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = global)] //~ ERROR
async fn handler() {}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}

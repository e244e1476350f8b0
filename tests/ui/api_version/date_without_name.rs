use steadfast::{ApiVersions, Endpoints, api_version, endpoints, get};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[get("/payments")]
#[api_version("2024-12-18")] //~ ERROR
async fn handler() {}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}

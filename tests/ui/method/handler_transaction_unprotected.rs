use steadfast::{ApiVersions, Endpoints, Sqlite, Tx, endpoints, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[post("/payments")]
async fn handler(_tx: Tx<Sqlite>) {} //~ ERROR

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}

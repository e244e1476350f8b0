use serde::Deserialize;
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, post, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Deserialize)]
struct A {
    held: B,
}

#[versioned]
#[derive(Deserialize)]
struct B {
    held: C,
}

#[versioned]
#[derive(Deserialize)]
struct C {
    held: D,
}

#[versioned]
#[derive(Deserialize)]
struct D {
    held: E,
}

#[versioned]
#[derive(Deserialize)]
struct E {
    held: F,
}

#[versioned]
#[derive(Deserialize)]
struct F {
    held: G,
}

#[versioned]
#[derive(Deserialize)]
struct G {
    held: H,
}

#[versioned]
#[derive(Deserialize)]
struct H {
    held: I,
}

#[versioned]
#[derive(Deserialize)]
struct I {
    held: J,
}

#[versioned]
#[derive(Deserialize)]
struct J {
    held: K,
}

#[versioned]
#[derive(Deserialize)]
struct K {
    held: L,
}

#[versioned]
#[derive(Deserialize)]
struct L {
    id: u64,
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
async fn list(_: Versioned<A>) {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; list]; //~ ERROR
}

use serde::Serialize;
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, get, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Serialize)]
struct A {
    held: Option<B>,
}

#[versioned]
#[derive(Serialize)]
struct B {
    held: Option<C>,
}

#[versioned]
#[derive(Serialize)]
struct C {
    held: Option<D>,
}

#[versioned]
#[derive(Serialize)]
struct D {
    held: Option<E>,
}

#[versioned]
#[derive(Serialize)]
struct E {
    held: Option<F>,
}

#[versioned]
#[derive(Serialize)]
struct F {
    held: Option<G>,
}

#[versioned]
#[derive(Serialize)]
struct G {
    held: Option<H>,
}

#[versioned]
#[derive(Serialize)]
struct H {
    held: (Line, u8),
}

#[versioned]
#[derive(Serialize)]
struct Line {
    #[renamed(in = "2025-09-30", was(sum))]
    total: u64,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Versioned<A> {
    loop {}
}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; list]; //~ ERROR
}

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
    held: Vec<B>,
}

#[versioned]
#[derive(Serialize)]
struct B {
    held: Vec<C>,
}

#[versioned]
#[derive(Serialize)]
struct C {
    held: Vec<D>,
}

#[versioned]
#[derive(Serialize)]
struct D {
    held: Vec<E>,
}

#[versioned]
#[derive(Serialize)]
struct E {
    held: Vec<F>,
}

#[versioned]
#[derive(Serialize)]
struct F {
    held: Vec<G>,
}

#[versioned]
#[derive(Serialize)]
struct G {
    held: Vec<H>,
}

#[versioned]
#[derive(Serialize)]
struct H {
    held: Vec<I>,
}

#[versioned]
#[derive(Serialize)]
struct I {
    held: Vec<J>,
}

#[versioned]
#[derive(Serialize)]
struct J {
    held: Vec<K>,
}

#[versioned]
#[derive(Serialize)]
struct K {
    held: Vec<L>,
}

#[versioned]
#[derive(Serialize)]
struct L {
    id: u64,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Versioned<A> {
    loop {}
}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; list]; //~ ERROR
}

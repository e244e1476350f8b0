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
    held: Option<Box<B>>,
}

#[versioned]
#[derive(Serialize)]
struct B {
    held: Option<Box<C>>,
}

#[versioned]
#[derive(Serialize)]
struct C {
    held: Option<Box<D>>,
}

#[versioned]
#[derive(Serialize)]
struct D {
    held: Option<Box<E>>,
}

#[versioned]
#[derive(Serialize)]
struct E {
    held: Option<Box<F>>,
}

#[versioned]
#[derive(Serialize)]
struct F {
    held: Option<Box<G>>,
}

#[versioned]
#[derive(Serialize)]
struct G {
    held: Option<Box<H>>,
}

#[versioned]
#[derive(Serialize)]
struct H {
    held: Option<Box<I>>,
}

#[versioned]
#[derive(Serialize)]
struct I {
    held: Option<Box<J>>,
}

#[versioned]
#[derive(Serialize)]
struct J {
    held: Option<Box<K>>,
}

#[versioned]
#[derive(Serialize)]
struct K {
    held: Option<Box<L>>,
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

//! What a PUT or PATCH may take.

use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, Known, Versioned, api_version, endpoints, patch, post, put, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

type Unsaid<T> = Known<T>;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Pool<T> {
    size: u8,
    #[added(in = "2024-12-18", default)]
    labels: Known<Vec<T>>,
    #[added(in = "2024-12-18", default)]
    owner: Unsaid<Option<String>>,
    #[added(in = "2024-12-18", default = 7, overwrite)]
    priority: u8,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct NewPool {
    size: u8,
    #[added(in = "2024-12-18", default)]
    labels: Vec<String>,
}

#[put("/pools/{id}")]
#[api_version(since = "2024-01-15")]
async fn put_pool(_: Versioned<Pool<String>>) {}

#[patch("/pools/{id}")]
#[api_version(since = "2024-01-15")]
async fn patch_pool(_: Versioned<Pool<String>>) -> Versioned<NewPool> {
    Versioned(NewPool { size: 1, labels: Vec::new() })
}

// Whoever creates has nothing to lose.
#[post("/pools")]
#[api_version(since = "2024-01-15")]
async fn post_pool(_: Versioned<NewPool>) {}

// Every client of this endpoint knows the field.
#[put("/new-pools/{id}")]
#[api_version(since = "2024-12-18")]
async fn put_new_pool(_: Versioned<NewPool>) {}

fn main() {
    let _: Endpoints<Version, (), _> =
        endpoints![Version; put_pool, patch_pool, post_pool, put_new_pool];
}

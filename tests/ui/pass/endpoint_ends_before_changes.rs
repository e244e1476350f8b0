//! A type may change after an endpoint that has it ended, as long as another shows the change, or may.

use serde::{Deserialize, Serialize};
use steadfast::axum::response::{IntoResponse, Response};
use steadfast::extract::Query;
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, get, post, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
    #[version("2025-09-30")]
    V2025_09_30,
}

macro_rules! types {
    ($($name:ident),*) => {
        $(#[versioned]
        #[derive(Serialize, Deserialize)]
        struct $name {
            #[renamed(in = "2025-09-30", was(number))]
            id: u64,
        })*
    };
}

types!(Held, Asked, Told, Hidden, Earlier);

#[versioned]
#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

/// Which holds itself, and others of which each holds more.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Tree {
    #[added(in = "2024-12-18", default)]
    trees: Vec<Tree>,
    #[added(in = "2024-12-18", default)]
    branch: Option<Box<Branch>>,
    #[added(in = "2024-12-18", default)]
    held: Option<Held>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Branch {
    #[added(in = "2024-12-18", default)]
    tree: Option<Box<Tree>>,
}

/// Of which each version has other items.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Page<T> {
    #[renamed(in = "2025-09-30", was(data))]
    items: Vec<T>,
}

type Answer<T> = Result<Versioned<T>, String>;

macro_rules! ended {
    ($($name:ident: $ty:ident at $path:literal;)*) => {
        $(#[post($path)]
        #[api_version(since = "2024-01-15", until = "2024-12-18")]
        async fn $name(_: Versioned<$ty>) {})*
    };
}

ended! {
    held: Held at "/held";
    asked: Asked at "/asked";
    told: Told at "/told";
}

#[post("/earlier")]
#[api_version(since = "2024-01-15", until = "2024-12-18")]
async fn earlier(_: Versioned<Plain>) -> Versioned<Tree> {
    Versioned(Tree { trees: Vec::new(), branch: None, held: None })
}

#[get("/trees")]
#[api_version(since = "2024-01-15")]
async fn trees() -> Answer<Tree> {
    Err(String::new())
}

#[get("/asked")]
#[api_version(since = "2025-09-30")]
async fn ask(_: Query<Asked>) {}

#[get("/told")]
#[api_version(since = "2025-09-30")]
async fn tell() -> (steadfast::http::StatusCode, Answer<Told>) {
    (steadfast::http::StatusCode::OK, Err(String::new()))
}

#[get("/pages")]
#[api_version(since = "2024-01-15", until = "2025-09-30")]
async fn older_pages() -> Versioned<Page<u8>> {
    Versioned(Page { items: Vec::new() })
}

#[get("/pages")]
#[api_version(since = "2025-09-30")]
async fn pages() -> Versioned<Vec<Page<Plain>>> {
    Versioned(Vec::new())
}

mod opaque {
    use super::*;

    #[post("/hidden")]
    #[api_version(since = "2024-01-15", until = "2024-12-18")]
    pub async fn hidden(_: Versioned<Hidden>) {}

    #[get("/hidden")]
    #[api_version(since = "2024-01-15", opaque)]
    pub async fn hides() -> impl IntoResponse {
        Versioned(Hidden { id: 1 })
    }

    #[get("/hidden/too")]
    #[api_version(since = "2024-01-15", opaque)]
    pub async fn hides_too() -> Result<Response, String> {
        Ok(Versioned(Hidden { id: 1 }).into_response())
    }
}

fn main() {
    let _: Endpoints<_, (), _> = endpoints![Version; held, asked, told, earlier, trees, ask, tell];
    let _: Endpoints<_, (), _> = endpoints![Version; opaque::hidden, opaque::hides];
    let _: Endpoints<_, (), _> = endpoints![Version; opaque::hidden, opaque::hides_too];
    let _: Endpoints<_, (), _> = endpoints![Version; older_pages, pages];
    let _ = Earlier { id: 1 };
}

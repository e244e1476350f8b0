use serde::{Deserialize, Serialize};
use steadfast::{Versioned, api_version, get, versioned};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize)]
struct Page<T> {
    data: Vec<T>,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Versioned<Page<Plain>> { //~ ERROR
    Versioned(Page { data: Vec::new() })
}

fn main() {}

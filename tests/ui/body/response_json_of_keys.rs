use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use steadfast::axum::Json;
use steadfast::{api_version, get, versioned};

#[versioned]
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Key {
    #[renamed(in = "2025-09-30", was(A))]
    B,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Json<BTreeMap<Key, u8>> { //~ ERROR
    loop {}
}

fn main() {}

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use steadfast::{Versioned, api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Versioned<HashMap<String, Plain>> { //~ ERROR
    loop {}
}

fn main() {}

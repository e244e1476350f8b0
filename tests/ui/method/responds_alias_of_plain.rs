use serde::{Deserialize, Serialize};
use steadfast::{Versioned, api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

type Found = Versioned<Plain>;

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Found { //~ ERROR
    loop {}
}

fn main() {}

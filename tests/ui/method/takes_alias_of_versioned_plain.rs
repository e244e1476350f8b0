use serde::{Deserialize, Serialize};
use steadfast::{Versioned, api_version, post};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

type Body = Versioned<Plain>;

#[post("/orders")]
#[api_version(since = "2024-01-15")]
async fn take(_: Body) {} //~ ERROR

fn main() {}

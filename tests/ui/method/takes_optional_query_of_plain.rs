use serde::{Deserialize, Serialize};
use steadfast::extract::Query;
use steadfast::{api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn take(_: Option<Query<Plain>>) {} //~ ERROR

fn main() {}

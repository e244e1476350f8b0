use serde::{Deserialize, Serialize};
use steadfast::axum::extract::Query;
use steadfast::{api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

type Filter = Query<Plain>;

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn take(_: Filter) {} //~ ERROR

fn main() {}

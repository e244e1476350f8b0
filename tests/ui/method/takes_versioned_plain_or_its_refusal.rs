use serde::{Deserialize, Serialize};
use steadfast::{BodyRejection, Versioned, api_version, post};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
async fn take(_: Result<Versioned<Plain>, BodyRejection>) {} //~ ERROR

fn main() {}

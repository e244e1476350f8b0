use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", status(201, was = 200), status(201, was = 202)) //~ ERROR
)]
async fn list() {}

fn main() {}

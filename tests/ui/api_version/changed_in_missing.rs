use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(
    since = "2024-01-15",
    changed(status(201, was = 200)) //~ ERROR
)]
async fn list() {}

fn main() {}

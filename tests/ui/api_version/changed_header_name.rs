use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", header("Total Count", was = "X-Total")) //~ ERROR
)]
async fn list() {}

fn main() {}

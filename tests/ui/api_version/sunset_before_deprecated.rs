use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(since = "2024-01-15", deprecated = "2025-07-01", sunset = "2025-01-01")] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

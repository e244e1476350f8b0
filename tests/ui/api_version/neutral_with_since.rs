use steadfast::{api_version, get};

#[get("/health")]
#[api_version(neutral, since = "2024-12-18")] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

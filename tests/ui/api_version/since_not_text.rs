use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(since = 2024)] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

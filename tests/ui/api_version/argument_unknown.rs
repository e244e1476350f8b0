use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(sinse = "2024-12-18")] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

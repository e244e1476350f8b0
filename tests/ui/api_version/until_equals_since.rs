use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(since = "2024-12-18", until = "2024-12-18")] //~ ERROR
async fn handler() {}

fn main() {
    let _ = handler;
}

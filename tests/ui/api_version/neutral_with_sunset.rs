use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(neutral, sunset = "2025-07-01")] //~ ERROR
async fn handler() {}

fn main() {
    let _ = handler;
}

use steadfast::{api_version, get};

#[get("/payments")]
#[api_version] //~ ERROR
async fn handler() {}

fn main() {
    let _ = handler;
}

use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(neutral, changed(in = "2024-12-18", status(201, was = 200)))] //~ ERROR
async fn list() {}

fn main() {}

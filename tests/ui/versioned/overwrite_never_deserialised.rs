use serde::Serialize;
use steadfast::versioned;

#[versioned]
#[derive(Serialize)]
struct Pool {
    size: u8,
    #[added(in = "2024-12-18", overwrite)] //~ ERROR
    labels: Vec<String>,
}

fn main() {}

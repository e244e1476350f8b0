use serde::Serialize;
use steadfast::versioned;

#[derive(Serialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize)]
struct Order {
    held: Box<[Plain]>, //~ ERROR
}

fn main() {}

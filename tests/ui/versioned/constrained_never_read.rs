use serde::Serialize;
use steadfast::versioned;

#[versioned]
#[derive(Serialize)]
struct Payment {
    #[added(in = "2024-12-18", default)]
    #[constrained(in = "2024-12-18", check = positive)]
    amount: i64,
}

fn main() {}

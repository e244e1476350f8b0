use serde::{Deserialize, Serialize};
use steadfast::Fingerprint;

#[derive(Serialize, Deserialize, Fingerprint)]
struct Item {
    #[fingerprint(skip)]
    seen: u64,
}

#[derive(Serialize, Deserialize)]
struct Page<T> {
    items: Vec<T>,
}

#[derive(Deserialize, Fingerprint)]
struct Order {
    page: Page<Item>, //~ ERROR
}

fn main() {}

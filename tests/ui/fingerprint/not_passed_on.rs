use serde::Deserialize;
use steadfast::Fingerprint;

#[derive(Deserialize, Fingerprint)]
struct Item {
    #[fingerprint(skip)]
    seen: u64,
}

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
}

#[derive(Deserialize, Fingerprint)]
struct Order {
    page: Page<Item>, //~ ERROR
}

fn main() {}

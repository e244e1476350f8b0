use serde::Deserialize;
use steadfast::versioned;

#[versioned]
#[derive(Deserialize)]
struct Card {
    last4: String,
    #[sensitive]
    number: Option<String>,
}

fn main() {}

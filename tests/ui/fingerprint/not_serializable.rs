use serde::Deserialize;
use steadfast::Fingerprint;

#[derive(Deserialize)]
struct Money {
    value: i64,
}

#[derive(Deserialize, Fingerprint)]
struct Payment {
    amount: Money, //~ ERROR
    #[fingerprint(skip)]
    sent_at: u64,
}

fn main() {}

use serde::Deserialize;
use steadfast::Fingerprint;

#[derive(Deserialize)]
struct Bank {
    note: String,
}

#[derive(Deserialize, Fingerprint)]
#[serde(untagged)]
enum Method {
    Card {
        #[fingerprint(skip)]
        note: String,
    },
    Bank(Bank), //~ ERROR
}

fn main() {}

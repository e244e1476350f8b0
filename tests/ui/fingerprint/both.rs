use serde::Deserialize;
use steadfast::Fingerprint;

#[derive(Deserialize, Fingerprint)]
#[serde(tag = "type")]
enum Method { //~ ERROR
    Card {
        #[fingerprint(skip)]
        note: String,
    },
    Bank { note: String },
}

fn main() {}

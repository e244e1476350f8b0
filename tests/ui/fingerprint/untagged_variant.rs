use serde::Deserialize;
use steadfast::Fingerprint;

#[derive(Deserialize, Fingerprint)]
enum Method {
    Card {
        number: String,
        #[fingerprint(skip)]
        typed_in: u64,
    },
    #[serde(untagged)] //~ ERROR
    Other { name: String },
}

fn main() {}

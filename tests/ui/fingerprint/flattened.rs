use serde::Deserialize;
use steadfast::Fingerprint;

#[derive(Deserialize)]
struct Device {
    agent: String,
}

#[derive(Deserialize, Fingerprint)]
struct Payment {
    amount: u64,
    #[serde(flatten)]
    #[fingerprint(skip)] //~ ERROR
    device: Device,
}

fn main() {}

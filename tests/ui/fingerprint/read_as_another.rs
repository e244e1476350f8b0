use serde::Deserialize;
use steadfast::Fingerprint;

#[derive(Deserialize)]
struct Wire {
    sent_at: u64,
}

#[derive(Deserialize, Fingerprint)]
#[serde(from = "Wire")] //~ ERROR
struct Payment {
    #[fingerprint(skip)]
    sent_at: u64,
}

impl From<Wire> for Payment {
    fn from(wire: Wire) -> Self {
        Self { sent_at: wire.sent_at }
    }
}

fn main() {}

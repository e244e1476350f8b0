use serde::{Deserialize, Serialize};
use steadfast::{Fingerprint, versioned};

#[derive(Serialize, Deserialize)]
struct Charge {
    time: u64,
}

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)] //~ ERROR
#[replaced(in = "2025-09-30", was(Charge), upgrade = newer, downgrade = older)]
struct Payment {
    #[fingerprint(skip)]
    sent_at: u64,
}

fn newer(charge: Charge) -> Payment {
    Payment { sent_at: charge.time }
}

fn older(payment: &Payment) -> Charge {
    Charge { time: payment.sent_at }
}

fn main() {}

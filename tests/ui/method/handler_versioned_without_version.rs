use serde::Serialize;
use steadfast::{Versioned, get, versioned};

#[versioned]
#[derive(Serialize)]
struct Payment {
    #[added(in = "2024-12-18")]
    priority: u8,
}

#[get("/payments")]
async fn handler() -> Versioned<Payment> { //~ ERROR
    Versioned(Payment { priority: 1 })
}

fn main() {
    drop(handler());
}

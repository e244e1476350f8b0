use serde::Serialize;
use steadfast::versioned;

#[versioned]
#[derive(Clone, Serialize)]
#[serde(into = "String")]
struct Payment {
    #[removed(in = "2024-12-18", was(note: String), default)]
    id: u64,
}

impl From<Payment> for String {
    fn from(payment: Payment) -> Self {
        payment.id.to_string()
    }
}

fn main() {}

use serde::{Deserialize, Serialize};
use steadfast::axum::response::{IntoResponse, Response};
use steadfast::{Versioned, api_version, idempotent, post, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct NewCharge {
    #[renamed(in = "2024-06-15", was(customer))]
    customer_id: String,
    amount: Money,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Money {
    value: i64,
}

struct Refusal;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        "refused".into_response()
    }
}

#[post("/charges")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn create(_: Versioned<NewCharge>) -> Result<Versioned<Money>, Refusal> { //~ ERROR
    Err(Refusal)
}

fn main() {}

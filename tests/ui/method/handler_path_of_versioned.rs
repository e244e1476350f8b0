use serde::Deserialize;
use steadfast::axum::extract::Path;
use steadfast::{api_version, get, versioned};

#[versioned]
#[derive(Deserialize)]
struct Filter {
    #[renamed(in = "2024-12-18", was(customer))]
    customer_id: String,
}

#[get("/payments/{customer_id}")]
#[api_version(since = "2024-01-15")]
async fn handler(Path(filter): Path<Filter>) -> String { //~ ERROR
    filter.customer_id
}

fn main() {
    let _ = handler;
}

use serde::Deserialize;
use steadfast::axum::extract::Query;
use steadfast::{api_version, get, versioned};

#[versioned]
#[derive(Deserialize)]
struct Filter {
    #[renamed(in = "2024-12-18", was(customer))]
    customer_id: String,
}

#[get("/payments")]
#[api_version(since = "2024-01-15")]
async fn handler(Query(filter): Query<Filter>) -> String { //~ ERROR
    filter.customer_id
}

fn main() {
    let _ = handler;
}

use serde::Deserialize;
use steadfast::extract::Query;
use steadfast::{get, versioned};

#[versioned]
#[derive(Deserialize)]
struct Filter {
    #[renamed(in = "2024-12-18", was(customer))]
    customer_id: String,
}

#[get("/payments")]
async fn handler(Query(filter): Query<Filter>) -> String { //~ ERROR
    filter.customer_id
}

fn main() {
    let _ = handler;
}

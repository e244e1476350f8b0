use serde::Deserialize;
use steadfast::axum::Form;
use steadfast::{api_version, post, versioned};

#[versioned]
#[derive(Deserialize)]
struct Filter {
    #[renamed(in = "2024-12-18", was(customer))]
    customer_id: String,
}

#[post("/payments")]
#[api_version(since = "2024-01-15")]
async fn handler(Form(filter): Form<Filter>) -> String { //~ ERROR
    filter.customer_id
}

fn main() {
    let _ = handler;
}

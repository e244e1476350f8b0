use serde::Deserialize;
use steadfast::extract::Query;
use steadfast::{ApiVersions, Endpoints, endpoints, get, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

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
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}

//! The extractors of versioned places, where there are versions and where the newest shape is meant.

use serde::{Deserialize, Serialize};
use steadfast::extract::{Cookies, Form, Headers, Path, Query};
use steadfast::{ApiVersions, Endpoints, api_version, endpoints, get, post, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Filter {
    #[renamed(in = "2024-12-18", was(customer))]
    customer_id: String,
}

#[get("/of/{customer_id}")]
#[api_version(since = "2024-01-15")]
async fn of(_: Query<Filter>, _: Path<Filter>, headers: Headers<Filter>, _: Cookies<Filter>) -> Headers<Filter> {
    headers
}

#[post("/of")]
#[api_version(neutral)]
async fn post_of(form: Form<Filter>) -> Result<Form<Filter>, Headers<Filter>> {
    Ok(form)
}

fn main() {
    let _: Endpoints<Version, (), 0> = endpoints![Version; of, post_of];
}

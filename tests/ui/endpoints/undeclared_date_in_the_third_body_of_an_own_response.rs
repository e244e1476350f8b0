use serde::{Deserialize, Serialize};
use steadfast::axum::response::{IntoResponse, Response};
use steadfast::{
    ApiVersions, DescribeResponse, Endpoints, Problem, Versioned, api_version, endpoints, get, versioned,
};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Late {
    #[renamed(in = "2025-01-01", was(before))]
    after: u32,
}

struct Own;

impl IntoResponse for Own {
    fn into_response(self) -> Response {
        "own".into_response()
    }
}

impl DescribeResponse for Own {
    type Body = (Problem, Versioned<u64>, Versioned<Vec<Late>>);
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Own {
    loop {}
}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; list]; //~ ERROR
}

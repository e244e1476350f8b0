use steadfast::DescribeResponse;
use steadfast::axum::response::{IntoResponse, Response};

struct Own;

impl IntoResponse for Own {
    fn into_response(self) -> Response {
        "own".into_response()
    }
}

impl DescribeResponse for Own {
    type Body = String; //~ ERROR
}

fn main() {}

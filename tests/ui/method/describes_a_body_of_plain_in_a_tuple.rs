use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::{DescribeResponse, Problem};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

struct Own;

impl DescribeResponse for Own {
    type Body = (Problem, Json<Plain>); //~ ERROR
}

fn main() {}

use serde::{Deserialize, Serialize};
use steadfast::{DescribeResponse, Versioned};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

struct Own;

impl DescribeResponse for Own {
    type Body = Versioned<Plain>; //~ ERROR
}

fn main() {}

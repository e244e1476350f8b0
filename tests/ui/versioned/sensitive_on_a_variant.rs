use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Next {
    #[added(in = "2025-09-30", was(Done))]
    #[sensitive]
    Redirect {
        url: String,
    },
    Done,
}

fn main() {}

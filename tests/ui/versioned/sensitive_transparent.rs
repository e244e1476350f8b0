use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Secret {
    #[sensitive]
    text: Option<String>,
}

fn main() {}

use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Next {
    #[renamed(in = "2025-09-30", was(Forward))]
    Redirect(#[sensitive] String),
    Done,
}

fn main() {}

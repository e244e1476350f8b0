use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[replaced(in = "2025-09-30", upgrade = Page::of, downgrade = Page::items)]
struct Page {
    items: Vec<u32>,
}

fn main() {}

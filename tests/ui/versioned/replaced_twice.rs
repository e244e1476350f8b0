use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[replaced(in = "2025-09-30", was(Vec<u32>), upgrade = Page::of, downgrade = Page::items)]
#[replaced(in = "2024-12-18", was(String), upgrade = Page::of, downgrade = Page::items)]
struct Page {
    items: Vec<u32>,
}

impl Page {
    fn of(items: Vec<u32>) -> Self {
        Self { items }
    }

    fn items(&self) -> Vec<u32> {
        self.items.clone()
    }
}

fn main() {}

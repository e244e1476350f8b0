use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use steadfast::versioned;

#[derive(Clone, Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: Cow<'static, [Plain]>, //~ ERROR
}

fn main() {}

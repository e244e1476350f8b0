use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize)]
enum Status { //~ ERROR
    #[renamed(in = "2025-09-30", was(Open))]
    Active,
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u8::deserialize(deserializer).map(|_| Self::Active)
    }
}

fn main() {}

use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    id: u64,
    #[added(in = "2025-09-30", default)]
    #[constrained(in = "2024-12-18", check = urgent)]
    priority: u8,
}

fn urgent(priority: &u8) -> Result<(), String> {
    if *priority < 3 { Ok(()) } else { Err("must be urgent".to_owned()) }
}

fn main() {}

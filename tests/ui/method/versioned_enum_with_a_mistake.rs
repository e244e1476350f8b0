use serde::{Deserialize, Serialize};
use steadfast::{Versioned, api_version, get, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status<T> {
    #[renamed(in = "2025-09-31", was(Open))] //~ ERROR
    Active(T),
    Closed,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Versioned<Status<u64>> {
    // What holds a type with a mistake is no second error.
    loop {}
}

fn main() {}

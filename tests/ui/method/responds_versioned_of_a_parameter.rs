use serde::Serialize;
use steadfast::{Versioned, api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list<T: Serialize + Default + Send + 'static>() -> Versioned<T> { //~ ERROR
    Versioned(T::default())
}

fn main() {}

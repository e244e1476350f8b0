use serde::{Deserialize, Serialize, Serializer};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

fn number<S: Serializer>(plain: &Plain, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(plain.id)
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[serde(serialize_with = "number")]
    held: Plain, //~ ERROR
}

fn main() {}

use serde::{Deserialize, Serialize, Serializer};
use steadfast::versioned;

#[versioned]
#[derive(Deserialize)]
struct Pair( //~ ERROR
    u64,
    #[added(in = "2025-09-30", default)] u64,
);

impl Serialize for Pair {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

fn main() {}

use serde::{Deserialize, Serialize, Serializer};
use steadfast::versioned;

#[versioned]
#[derive(Deserialize)]
struct Order<'a> { //~ ERROR
    #[renamed(in = "2025-09-30", was(number))]
    id: &'a str,
}

impl Serialize for Order<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id)
    }
}

fn main() {}

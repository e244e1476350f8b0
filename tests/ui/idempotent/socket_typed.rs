use steadfast::socket::Upgrade;
use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler(_: Upgrade<u8, u8>) {} //~ ERROR

fn main() {
    let _ = handler;
}

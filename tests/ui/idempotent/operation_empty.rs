use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none, operation = "")] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

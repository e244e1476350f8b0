use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
#[idempotent(ttl = "48h", scope = none)] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

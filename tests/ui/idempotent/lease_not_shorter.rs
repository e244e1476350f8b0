use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "1h", lease = "2h", scope = none)] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

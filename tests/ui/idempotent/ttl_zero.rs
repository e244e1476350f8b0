use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "0s", scope = none)] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

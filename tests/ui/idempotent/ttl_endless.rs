use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "60000days", scope = none)] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "one day", scope = none)] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

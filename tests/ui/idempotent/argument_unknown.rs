use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(tll = "24h", scope = none)] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

use steadfast::idempotent;

#[idempotent(ttl = "24h", scope = none)] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

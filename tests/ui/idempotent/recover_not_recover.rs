use steadfast::{idempotent, post};

struct AskBank;

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none, on_lost = recover(AskBank))] //~ ERROR
async fn handler() {}

fn main() {
    let _ = handler;
}

use steadfast::{idempotent, post};

struct Merchant;

#[post("/payments")]
#[idempotent(ttl = "24h", scope = Merchant)] //~ ERROR
async fn handler() {}

fn main() {
    let _ = handler;
}

use steadfast::axum::extract::ws::WebSocketUpgrade;
use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler(_: WebSocketUpgrade) {} //~ ERROR

fn main() {
    let _ = handler;
}

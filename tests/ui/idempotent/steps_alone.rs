use steadfast::idempotency::Steps;
use steadfast::post;

#[post("/payments")]
async fn handler(_: Steps) {} //~ ERROR

fn main() {
    let _ = handler;
}

use steadfast::{get, post};

#[get("/payments")]
#[post("/payments")] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

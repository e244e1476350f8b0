use steadfast::get;

#[get("/payments/{id}/refunds/{id}")] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

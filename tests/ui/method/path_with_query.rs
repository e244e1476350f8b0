use steadfast::get;

#[get("/payments?limit=1")] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

use steadfast::get;

#[get("/payments/{}")] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

use steadfast::get;

#[get("/files/{*path}/meta")] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

use steadfast::get;

#[get] //~ ERROR
async fn handler() {}

fn main() {
    // The function stays callable.
    drop(handler());
}

use steadfast::get;

#[get("/payments")]
async fn handler<'a>() {} //~ ERROR

fn main() {
    // The function stays callable.
    drop(handler());
}

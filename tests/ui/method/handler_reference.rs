use steadfast::get;

#[get("/payments")]
async fn handler(_id: &str) {} //~ ERROR

fn main() {
    drop(handler(""));
}

use steadfast::get;

#[get("/payments")]
async fn handler(_id: impl Clone) {} //~ ERROR

fn main() {
    drop(handler(1));
}

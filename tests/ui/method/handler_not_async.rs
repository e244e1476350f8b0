use steadfast::get;

#[get("/payments")]
fn handler() {} //~ ERROR

fn main() {
    handler();
}

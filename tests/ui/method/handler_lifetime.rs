use steadfast::get;

#[get("/payments")]
async fn handler<'a>() {} //~ ERROR

fn main() {
    drop(handler());
}

use steadfast::get;

struct Payments;

impl Payments {
    #[get("/payments")]
    async fn handler(&self) {} //~ ERROR
}

fn main() {
    drop(Payments.handler());
}

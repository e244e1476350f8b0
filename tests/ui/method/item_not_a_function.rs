use steadfast::get;

#[get("/payments")]
struct Payments; //~ ERROR

fn main() {
    let _ = Payments;
}

use steadfast::get;

#[get("/payments")]
async unsafe fn handler() {} //~ ERROR

fn main() {

}

use steadfast::get;

#[get("/payments")]
async fn handler() { //~ ERROR
    let local = std::rc::Rc::new(1);
    std::future::ready(()).await;
    drop(local);
}

fn main() {
    drop(handler());
}

use steadfast::get;

struct Answer;

#[get("/payments")]
async fn handler() -> Answer { //~ ERROR
    Answer
}

fn main() {
    drop(handler());
}

use steadfast::Outcome;

#[derive(Outcome)]
enum PayError {
    #[outcome(retriable)] //~ ERROR
    Busy,
}

fn main() {
    let _ = PayError::Busy;
}

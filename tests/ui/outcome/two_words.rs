use steadfast::Outcome;

#[derive(Outcome)]
enum PayError {
    #[outcome(retryable, final)] //~ ERROR
    Busy,
}

fn main() {
    let _ = PayError::Busy;
}

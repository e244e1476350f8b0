use steadfast::Outcome;

#[derive(Outcome)]
enum PayError {
    #[outcome(retryable)]
    #[outcome(final)] //~ ERROR
    Busy,
}

fn main() {
    let _ = PayError::Busy;
}

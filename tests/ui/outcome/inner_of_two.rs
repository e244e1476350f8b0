use steadfast::Outcome;

#[derive(Outcome)]
enum PayError {
    #[outcome(inner)] //~ ERROR
    Bank(u16, String),
}

fn main() {
    let _ = PayError::Bank(1, String::new());
}

use steadfast::Outcome;

struct BankError;

#[derive(Outcome)]
enum PayError {
    #[outcome(inner)]
    Bank(BankError), //~ ERROR
}

fn main() {
    let _ = PayError::Bank(BankError);
}

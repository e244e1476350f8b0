use steadfast::Outcome;

#[derive(Outcome)]
enum PayError {
    #[outcome] //~ ERROR
    Busy,
}

fn main() {
    let _ = PayError::Busy;
}

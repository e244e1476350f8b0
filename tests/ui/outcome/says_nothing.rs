use steadfast::Outcome;

#[derive(Outcome)]
enum PayError { //~ ERROR
    Busy,
}

fn main() {
    let _ = PayError::Busy;
}

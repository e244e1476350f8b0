use steadfast::Outcome;

#[derive(Outcome)]
union PayError { //~ ERROR
    code: u16,
}

fn main() {
    let _ = PayError { code: 1 };
}

use steadfast::Change;

struct TaxIncluded;

fn note<C: Change>(_: C) -> &'static str {
    C::NOTE
}

fn main() {
    let _ = note(TaxIncluded); //~ ERROR
}

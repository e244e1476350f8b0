use steadfast::Fingerprint;

#[derive(Fingerprint)]
struct Reference(#[fingerprint(skip)] String); //~ ERROR

fn main() {}

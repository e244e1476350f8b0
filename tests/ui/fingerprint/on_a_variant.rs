use steadfast::Fingerprint;

#[derive(Fingerprint)]
enum Method {
    #[fingerprint(skip)] //~ ERROR
    Card { typed_in: u64 },
}

fn main() {}

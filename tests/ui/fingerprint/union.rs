use steadfast::Fingerprint;

#[derive(Fingerprint)]
union Bits { //~ ERROR
    whole: u64,
}

fn main() {}

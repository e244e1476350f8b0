use steadfast::Fingerprint;

#[derive(Fingerprint)]
#[fingerprint(skip)] //~ ERROR
struct Payment {
    sent_at: u64,
}

fn main() {}

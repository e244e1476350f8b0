use steadfast::Fingerprint;

#[derive(Fingerprint)]
struct Payment {
    amount: u64,
    #[fingerprint(skip)]
    #[fingerprint(skip)] //~ ERROR
    sent_at: u64,
}

fn main() {}

use steadfast::Fingerprint;

#[derive(Fingerprint)]
struct Payment {
    amount: u64,
    #[fingerprint(skpi)] //~ ERROR
    sent_at: u64,
}

fn main() {}

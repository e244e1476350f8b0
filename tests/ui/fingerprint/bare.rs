use steadfast::Fingerprint;

#[derive(Fingerprint)]
struct Payment {
    amount: u64,
    #[fingerprint] //~ ERROR
    sent_at: u64,
}

fn main() {}

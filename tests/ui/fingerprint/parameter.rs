use steadfast::Fingerprint;

#[derive(Fingerprint)]
struct Page<T> {
    items: Vec<T>, //~ ERROR
    #[fingerprint(skip)]
    sent_at: u64,
}

fn main() {}

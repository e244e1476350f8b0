use steadfast::idempotency::KeyRing;

fn main() {
    let _ = KeyRing::default();
}

use steadfast::idempotency::KeyRing;

fn main() {
    let _ = KeyRing::new("2026-11", &[7; 16]);
}

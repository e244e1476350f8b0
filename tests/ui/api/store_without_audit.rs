use steadfast::Idempotency;
use steadfast::idempotency::{Action, Audit, BoxFuture, Event, RecordId, Store, StoreError};

struct Plain;

impl Store for Plain {
    fn apply(&self, _: RecordId, _: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async { Ok(Action::Missing) })
    }
}

fn main() {
    let _ = Idempotency::new(Plain).audit(Audit::new()); //~ ERROR
}

use steadfast::Idempotency;
use steadfast::idempotency::Audit;
use steadfast_engine::{AuditDraft, BoxFuture, Entry, Found, RecordId, Revision, Store, StoreError, Swap};

struct Plain;

impl Store for Plain {
    fn find_or_insert<'a>(
        &'a self,
        _: RecordId,
        _: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        Box::pin(async { Err(StoreError::Full) })
    }

    fn swap(
        &self,
        _: RecordId,
        _: Option<Revision>,
        _: Option<Entry>,
        _: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        Box::pin(async { Ok(Swap::Conflict) })
    }

    fn load(&self, _: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        Box::pin(async { Ok(None) })
    }
}

fn main() {
    let _ = Idempotency::new(Plain).audit(Audit::new()); //~ ERROR
}

//! The simulated store as a process sees it.

use crate::database::Simulated;
use crate::network::{Reply, Request, Sent};
use crate::world::with;
use std::future::poll_fn;
use steadfast_engine::{
    AuditDraft, AuditFilter, AuditLog, AuditRow, BoxFuture, DatabaseStore, Entry, Finish, Found, RecordId,
    Revision, Store, StoreError, Swap, Transaction, Transactions,
};

/// The store over the network of one process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SimulatedStore {
    process: usize,
}

impl SimulatedStore {
    pub(crate) fn of(process: usize) -> Self {
        Self { process }
    }

    /// Sends a request when it is first polled, and returns what `read` makes of the reply.
    fn call<T: Send + 'static>(
        self,
        request: Request,
        read: fn(Reply) -> Result<T, StoreError>,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        let (mut sent, mut request) = (Sent::by(self.process), Some(request));
        Box::pin(poll_fn(move |context| {
            let make = || request.take().ok_or_else(|| StoreError::unavailable("it was sent"));
            sent.poll(context, make).map(read)
        }))
    }
}

/// A reply to another question, which the world never gives, or an error.
fn failed(reply: Reply) -> StoreError {
    match reply {
        Reply::Failed(error) => error,
        _ => StoreError::unavailable("the reply is to another question"),
    }
}

impl Store for SimulatedStore {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        let mut sent = Sent::by(self.process);
        Box::pin(poll_fn(move |context| {
            let make = || {
                // A store nearby looks first; one far away takes the claim along.
                let is_there =
                    with(|world| world.answers_at_once() && world.records.live(id, world.now).is_some());
                Ok(if is_there { Request::Find(id) } else { Request::Insert(id, claim()?) })
            };
            sent.poll(context, make).map(|reply| match reply {
                Reply::Found(found) => Ok(found),
                reply => Err(failed(reply)),
            })
        }))
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        let expected = expected.map(|revision| revision.as_number().unwrap_or_default());
        self.call(Request::Swap(id, expected, new, audit), |reply| match reply {
            Reply::Swapped(swap) => Ok(swap),
            reply => Err(failed(reply)),
        })
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        self.call(Request::Load(id), |reply| match reply {
            Reply::Entry(found) => Ok(found),
            reply => Err(failed(reply)),
        })
    }

    fn audit_log(&self) -> Option<&dyn AuditLog> {
        Some(self)
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }
}

impl AuditLog for SimulatedStore {
    fn append(&self, id: RecordId, entry: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        self.call(Request::Append(id, entry), |reply| match reply {
            Reply::Done => Ok(()),
            reply => Err(failed(reply)),
        })
    }

    fn read(&self, _: AuditFilter, _: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        // The world reads its log itself.
        Box::pin(std::future::ready(Err(StoreError::without_audit_log())))
    }
}

impl DatabaseStore for SimulatedStore {
    type Database = Simulated;
}

impl Transactions for SimulatedStore {
    fn begin(
        &self,
        id: Option<RecordId>,
    ) -> BoxFuture<'_, Result<(Box<dyn Transaction>, Option<Found>), StoreError>> {
        let process = self.process;
        let begun = self.call(Request::Begin(id), |reply| match reply {
            Reply::Begun(number, found) => Ok((number, found)),
            reply => Err(failed(reply)),
        });
        Box::pin(async move {
            let (number, found) = begun.await?;
            let transaction =
                SimulatedTransaction { store: Self::of(process), link: Link { number }, is_open: true };
            Ok((Box::new(transaction) as Box<dyn Transaction>, found))
        })
    }
}

/// What a handler writes through.
#[derive(Debug)]
pub(crate) struct Link {
    number: usize,
}

impl Link {
    /// Charges a customer, if the transaction is committed.
    pub(crate) fn charge(&mut self, execution: usize) {
        with(|world| {
            let transaction = &mut world.transactions[self.number];
            if transaction.is_open {
                transaction.charges.push(execution);
            }
        });
    }
}

/// A transaction in the hands of a process.
#[derive(Debug)]
pub(crate) struct SimulatedTransaction {
    store: SimulatedStore,
    pub(crate) link: Link,
    is_open: bool,
}

impl Transaction for SimulatedTransaction {
    fn finish(
        mut self: Box<Self>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'static, Result<Finish, StoreError>> {
        let finished = self.store.call(Request::Finish(self.link.number, new, audit), |reply| match reply {
            Reply::Finished(finish) => Ok(finish),
            reply => Err(failed(reply)),
        });
        Box::pin(async move {
            let finish = finished.await;
            // After an error the commit may still be under way; the database ends what nobody speaks of.
            self.is_open = finish.is_err();
            finish
        })
    }

    fn rollback(mut self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        let rolled_back = self.store.call(Request::Rollback(self.link.number), |reply| match reply {
            Reply::Done => Ok(()),
            reply => Err(failed(reply)),
        });
        Box::pin(async move {
            let result = rolled_back.await;
            self.is_open = result.is_err();
            result
        })
    }
}

impl Drop for SimulatedTransaction {
    fn drop(&mut self) {
        if self.is_open {
            with(|world| world.abandon(self.link.number));
        }
    }
}

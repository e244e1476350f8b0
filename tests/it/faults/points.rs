//! The places at which something can go wrong with a request, and a store that goes wrong there.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use steadfast_engine::{
    AuditDraft, BoxFuture, Entry, Found, Kind, RecordId, Revision, Store, StoreError, Swap,
};
use tokio::sync::Notify;

/// Where a request can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// Asks the store, which has not heard of it yet.
    Claim,
    /// The store has answered, and the answer is on its way.
    Claimed,
    /// The handler has begun, and done nothing.
    Start,
    /// The handler has done what it is for.
    End,
    /// The outcome is on its way to the store.
    Complete,
    /// The outcome is stored, and the answer of the store on its way.
    Completed,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The client closes its connection.
    Disconnect,
    /// The handler panics.
    Panic,
    /// The store fails: before a point of its own without an effect, behind it with one.
    Store,
    /// The process ends.
    Crash,
}

/// One fault at one point, once.
#[derive(Clone, Default)]
pub(crate) struct Points(Arc<Plan>);

#[derive(Default)]
struct Plan {
    fault: Mutex<Option<(Point, Fault)>>,
    reached: Notify,
    go_on: Notify,
}

impl Points {
    pub(crate) fn at_once(point: Point, fault: Fault) -> Self {
        Self(Arc::new(Plan { fault: Mutex::new(Some((point, fault))), ..Plan::default() }))
    }

    /// A request has come to this point. `Err` if the store is to fail there.
    pub(crate) async fn at(&self, point: Point) -> Result<(), StoreError> {
        let fault = self.0.fault.lock().unwrap().take_if(|(at, _)| *at == point);
        match fault {
            None => Ok(()),
            Some((_, Fault::Store)) => Err(StoreError::unavailable("down")),
            Some((_, Fault::Panic)) => panic!("as planned"),
            Some((_, Fault::Disconnect)) => {
                self.0.reached.notify_one();
                self.0.go_on.notified().await;
                Ok(())
            }
            Some((_, Fault::Crash)) => {
                self.0.reached.notify_one();
                std::future::pending().await
            }
        }
    }

    /// A request is where its client or its process shall leave.
    pub(crate) async fn reached(&self) {
        self.0.reached.notified().await;
    }

    /// The client has left.
    pub(crate) fn go_on(&self) {
        self.0.go_on.notify_one();
    }
}

/// A store with those points, that also counts its calls.
pub(crate) struct Faulty<S> {
    store: Arc<S>,
    points: Points,
    calls: Arc<AtomicUsize>,
}

impl<S> Clone for Faulty<S> {
    fn clone(&self) -> Self {
        let Self { store, points, calls } = self;
        Self { store: Arc::clone(store), points: points.clone(), calls: Arc::clone(calls) }
    }
}

impl<S: Store> Faulty<S> {
    pub(crate) fn new(store: Arc<S>, points: Points) -> Self {
        Self { store, points, calls: Arc::default() }
    }

    /// Returns the number of calls.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl<S: Store> Store for Faulty<S> {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            self.points.at(Point::Claim).await?;
            let found = self.store.find_or_insert(id, claim).await?;
            self.points.at(Point::Claimed).await?;
            Ok(found)
        })
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let completes = new.as_ref().is_some_and(|entry| entry.kind == Kind::Done);
        Box::pin(async move {
            if !completes {
                return self.store.swap(id, expected, new, audit).await;
            }
            self.points.at(Point::Complete).await?;
            let swapped = self.store.swap(id, expected, new, audit).await?;
            self.points.at(Point::Completed).await?;
            Ok(swapped)
        })
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.store.load(id)
    }
}

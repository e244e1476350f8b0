use super::gate::Gate;
use super::handled::{Handled, Made, Making};
use super::meta::Meta;
use crate::guard::Guard;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// The endpoints of an API, checked against its timeline and each other; made by [`endpoints!`](crate::endpoints).
///
/// `V` is the timeline and `S` the state of the handlers. `NEEDS` says what the endpoints ask of the API: 1
/// for a store of records, 2 for one that takes part in transactions. Nobody writes it.
pub struct Endpoints<V, S, const NEEDS: u8> {
    pub(crate) list: Vec<Registered<S>>,
    pub(crate) gates: Vec<Gate>,
    timeline: PhantomData<fn() -> V>,
}

/// What endpoints can ask of their API. Each includes the one before.
#[derive(Debug)]
pub(crate) struct Needs;

impl Needs {
    /// No endpoint is idempotent.
    pub(crate) const NOTHING: u8 = 0;
    /// Some endpoint is idempotent: there must be a store of records.
    pub(crate) const RECORDS: u8 = 1;
    /// Some handler takes a `Tx<Sqlite>`: the store must be the database of that transaction.
    pub(crate) const TRANSACTIONS: u8 = 2;
}

/// An endpoint without the types of its handler.
pub(crate) struct Registered<S> {
    pub(crate) meta: &'static Meta,
    make: Box<dyn Make<S>>,
}

/// Makes the call, once it is known what guards it.
trait Make<S>: FnOnce(Option<Arc<Guard>>) -> Made<S> + Send {}

impl<S, F: FnOnce(Option<Arc<Guard>>) -> Made<S> + Send> Make<S> for F {}

impl<S> Registered<S> {
    pub(crate) fn into_made(self, guard: Option<Arc<Guard>>) -> Made<S> {
        (self.make)(guard)
    }
}

impl<V, S, const NEEDS: u8> Endpoints<V, S, NEEDS>
where
    S: Clone + Send + Sync + 'static,
{
    /// No endpoints yet.
    #[doc(hidden)]
    #[allow(clippy::new_without_default, reason = "only `endpoints!` may make one: it checks what is added")]
    pub fn new() -> Self {
        Self { list: Vec::new(), gates: Vec::new(), timeline: PhantomData }
    }

    /// Adds the handler that `E` describes.
    #[doc(hidden)]
    #[must_use]
    pub fn with<E, T, H>(mut self, handler: H) -> Self
    where
        E: Handled<H, T, S> + 'static,
        H: Send + 'static,
        T: 'static,
    {
        let meta = const { &E::META };
        let make = move |guard: Option<Arc<Guard>>| E::made(handler, Making { meta, guard });
        self.list.push(Registered { meta, make: Box::new(make) });
        self
    }
}

impl<V, S, const NEEDS: u8> Endpoints<V, S, NEEDS> {
    pub(crate) fn metas(&self) -> Vec<&'static Meta> {
        self.list.iter().map(|endpoint| endpoint.meta).collect()
    }
}

impl<V, S, const NEEDS: u8> fmt::Debug for Endpoints<V, S, NEEDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list.iter().map(|endpoint| endpoint.meta.name)).finish()
    }
}

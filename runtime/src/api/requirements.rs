//! What an `Api` must have been told before it can be a router, as types.

use crate::guard::Guard;
#[cfg(feature = "idempotency")]
use crate::idempotency::{DatabaseStore, Idempotency, Store};
use crate::version::VersionPolicy;
use std::sync::Arc;

/// The API does not say yet where versions come from.
#[derive(Debug, Clone, Copy)]
pub struct Undecided;

/// The API has no store of idempotency records.
#[derive(Debug, Clone, Copy)]
pub struct NoStore;

/// Says where the version of a request comes from.
#[diagnostic::on_unimplemented(
    message = "it is not said which version a request is served at",
    label = "`{Self}` is no policy for all requests",
    note = "say where the version comes from: `.version_from(Header(\"Api-Version\").or_reject())`",
    note = "say what happens without one: `.or_reject()`, `.or_default(version)`, or a pin before either"
)]
pub trait Decided<V, S> {
    #[doc(hidden)]
    fn policy(self) -> VersionPolicy<V, S>;
}

impl<V, S> Decided<V, S> for VersionPolicy<V, S> {
    fn policy(self) -> VersionPolicy<V, S> {
        self
    }
}

/// Has what the endpoints need.
#[diagnostic::on_unimplemented(
    message = "the endpoints of this API need a store of idempotency records that it does not have",
    label = "`{Self}` is not what they need",
    note = "endpoints with `#[idempotent]` need a store: `.idempotency(MemoryStore::new())`, or a `SqliteStore`",
    note = "handlers that take a `Tx<Sqlite>` need a `SqliteStore`, because the record is committed with their writes"
)]
pub trait Provides<const NEEDS: u8> {
    #[doc(hidden)]
    #[allow(private_interfaces, reason = "sealed: only this crate calls it")]
    fn guard(self) -> Option<Arc<Guard>>;
}

impl Provides<0> for NoStore {
    #[allow(private_interfaces, reason = "see the trait")]
    fn guard(self) -> Option<Arc<Guard>> {
        None
    }
}

#[cfg(feature = "idempotency")]
impl<St: Store> Provides<0> for Idempotency<St> {
    #[allow(private_interfaces, reason = "see the trait")]
    fn guard(self) -> Option<Arc<Guard>> {
        Some(self.into_guard())
    }
}

#[cfg(feature = "idempotency")]
impl<St: Store> Provides<1> for Idempotency<St> {
    #[allow(private_interfaces, reason = "see the trait")]
    fn guard(self) -> Option<Arc<Guard>> {
        Some(self.into_guard())
    }
}

#[cfg(feature = "idempotency")]
impl<St: DatabaseStore> Provides<2> for Idempotency<St> {
    #[allow(private_interfaces, reason = "see the trait")]
    fn guard(self) -> Option<Arc<Guard>> {
        Some(self.into_guard())
    }
}

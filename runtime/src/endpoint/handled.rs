use super::classify::Classifier;
use super::comparison::BodyComparison;
#[cfg(feature = "idempotency")]
use super::idempotent_service::{GuardedHandler, IdempotentEndpoint};
use super::service::{EndpointService, PlainEndpoint};
use super::{Endpoint, Invoke, Meta};
#[cfg(feature = "idempotency")]
use crate::endpoint_change::Statement;
use crate::guard::Guard;
#[cfg(feature = "idempotency")]
use crate::idempotency::{LostExecution, Recovery, ReferenceResult, StoredReference};
use crate::transform::translation::Translation;
use axum::response::Response;
use http::request::Parts;
use std::fmt;
use std::sync::Arc;
use steadfast_core::{BoxFuture, Date};

/// The result of an extractor that an attribute names; `None` if it names none.
pub type Extracting<'a, R> = Option<BoxFuture<'a, Result<R, Response>>>;

/// Boxes an extraction.
pub fn extracting<'a, R>(
    extraction: impl Future<Output = Result<R, Response>> + Send + 'a,
) -> Extracting<'a, R> {
    Some(Box::pin(extraction))
}

/// Holds where `H` is the handler that the endpoint was made from, with arguments `T` and state `S`.
///
/// Implemented beside [`Endpoint`]. What the handler and the extractor of its scope must be stands in the bounds of that
/// impl; the impl of an endpoint whose attributes did not compile has none, so that its place in a list is no second
/// error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be called with the state `{S}`",
    label = "not an endpoint of this API"
)]
pub trait Handled<H, T, S>: Endpoint {
    /// Extracts the scope; nothing if all callers share one.
    #[doc(hidden)]
    fn scope<'a>(_: &'a mut Parts, _: &'a S) -> Extracting<'a, String> {
        None
    }

    /// Finds out how an operation ended whose execution was lost, as a version tells of it that is older than these changes;
    /// nothing if that is left to the operator.
    #[doc(hidden)]
    #[cfg(feature = "idempotency")]
    fn recover<'a>(
        _: &'a mut Parts,
        _: &'a S,
        _: LostExecution,
        _: &'static [Statement],
    ) -> Extracting<'a, Recovery<Response>> {
        None
    }

    /// Finds what a retry receives of an operation whose record has an id in the place of the body; nothing if records have
    /// bodies.
    #[doc(hidden)]
    #[cfg(feature = "idempotency")]
    fn refer<'a>(_: &'a mut Parts, _: &'a S, _: StoredReference) -> Extracting<'a, ReferenceResult> {
        None
    }

    /// The facts about the types of its handler.
    #[doc(hidden)]
    const FACTS: TypeFacts = TypeFacts::NONE;

    /// The handler as what is called.
    #[doc(hidden)]
    fn made(handler: H, making: Making) -> Made<S>;
}

/// The facts that an idempotent endpoint needs about the types of its handler.
#[derive(Debug, Clone, Copy)]
pub struct TypeFacts {
    /// Classifies the values that the handler returns.
    pub classifier: Option<Classifier>,
    /// Compares requests.
    pub comparison: BodyComparison,
    /// Render stored responses at other versions.
    pub translations: &'static [Option<Translation>],
}

impl TypeFacts {
    /// No facts: texts are compared, and nothing is translated.
    pub const NONE: Self = Self { classifier: None, comparison: BodyComparison::TEXT, translations: &[] };
}

/// What an endpoint is made with.
pub struct Making {
    pub(crate) meta: &'static Meta,
    pub(crate) guard: Option<Arc<Guard>>,
}

impl fmt::Debug for Making {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Making").field("meta", self.meta).finish_non_exhaustive()
    }
}

/// What [`Handled::made`] made.
pub struct Made<S> {
    pub(super) newest: Arc<dyn EndpointService<S>>,
    /// What answers to versions before a date, down to the next; the dates descend.
    pub(super) older: Vec<(Date, Arc<dyn EndpointService<S>>)>,
}

impl<S> Made<S> {
    /// What answers where the version is not looked at.
    pub(crate) fn newest(&self) -> &Arc<dyn EndpointService<S>> {
        &self.newest
    }

    /// What answers to a version.
    pub(crate) fn at(&self, version: Date) -> &Arc<dyn EndpointService<S>> {
        let older = self.older.iter().rev().find(|(before, _)| version < *before);
        older.map_or(&self.newest, |(_, call)| call)
    }
}

impl<S> fmt::Debug for Made<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Made")
    }
}

/// Makes the services of an endpoint that never changed; `K` is [`Plain`] or [`Idempotent`].
pub fn made<K, E, H, T, S>(handler: H, making: &Making) -> Made<S>
where
    K: EndpointKind,
    E: Handled<H, T, S> + 'static,
    H: Invoke<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
{
    Made { newest: K::service::<E, H, T, H, T, S>(handler, making), older: Vec::new() }
}

/// Whether an endpoint is idempotent, as a type: the compiler then compiles nothing for the other kind.
pub trait EndpointKind: 'static {
    /// A handler `F` with arguments `A` as what is called; `E` is the endpoint, `H` its newest handler with arguments `T`.
    #[doc(hidden)]
    #[allow(private_interfaces, reason = "generated code only names the kinds")]
    fn service<E, H, T, F, A, S>(handler: F, making: &Making) -> Arc<dyn EndpointService<S>>
    where
        E: Handled<H, T, S> + 'static,
        H: 'static,
        T: 'static,
        F: Invoke<A, S>,
        A: 'static,
        S: Send + Sync + 'static;
}

/// An endpoint without `#[idempotent]`.
#[derive(Debug)]
pub struct Plain;

impl EndpointKind for Plain {
    #[allow(private_interfaces, reason = "generated code only names the kinds")]
    fn service<E, H, T, F, A, S>(handler: F, making: &Making) -> Arc<dyn EndpointService<S>>
    where
        E: Handled<H, T, S> + 'static,
        H: 'static,
        T: 'static,
        F: Invoke<A, S>,
        A: 'static,
        S: Send + Sync + 'static,
    {
        Arc::new(PlainEndpoint::<F, A>::new(handler, making.meta))
    }
}

/// An endpoint with `#[idempotent]`.
#[cfg(feature = "idempotency")]
#[derive(Debug)]
pub struct Idempotent;

#[cfg(feature = "idempotency")]
impl EndpointKind for Idempotent {
    /// # Panics
    /// If there is no guard: `NEEDS` rules that out for lists that `endpoints!` made.
    #[allow(private_interfaces, reason = "generated code only names the kinds")]
    fn service<E, H, T, F, A, S>(handler: F, making: &Making) -> Arc<dyn EndpointService<S>>
    where
        E: Handled<H, T, S> + 'static,
        H: 'static,
        T: 'static,
        F: Invoke<A, S>,
        A: 'static,
        S: Send + Sync + 'static,
    {
        let (Some(policy), Some(guard)) = (&making.meta.idempotent, making.guard.clone()) else {
            #[allow(clippy::panic, reason = "a mistake in the program, found when it starts")]
            {
                panic!("{} is idempotent, and its API has no store", making.meta.name)
            }
        };
        let handler = GuardedHandler::<F, A, (E, H, T)>::new(handler);
        Arc::new(IdempotentEndpoint::new(Arc::new(handler), policy, guard))
    }
}

/// What the expansion of an endpoint that did not compile calls.
///
/// # Panics
/// Always: such a program never runs.
pub fn broken<S>() -> Made<S> {
    #[allow(clippy::panic, reason = "the program did not compile")]
    {
        panic!("an endpoint did not compile")
    }
}

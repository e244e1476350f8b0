use super::comparison::BodyComparison;
use super::judge::Judge;
use super::{Endpoint, Invoke, Meta};
use crate::api::call::{Call, Guarded, Plain};
use crate::idempotency::{Guard, Lost, Recovery, Referral, Referred};
use crate::transform::translation::Translation;
use axum::response::Response;
use http::request::Parts;
use std::fmt;
use std::sync::Arc;
use steadfast_core::Date;

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
    /// The scope, empty if all callers share one; or the rejection of the extractor.
    #[doc(hidden)]
    fn scope(_: &mut Parts, _: &S) -> impl Future<Output = Result<String, Response>> + Send {
        std::future::ready(Ok(String::new()))
    }

    /// How an operation ended whose execution was lost; or the rejection of the extractor that finds out.
    #[doc(hidden)]
    fn recover(
        _: &mut Parts,
        _: &S,
        _: Lost,
    ) -> impl Future<Output = Result<Recovery<Response>, Response>> + Send {
        std::future::ready(Ok(Recovery::Unknown))
    }

    /// What a retry hears of an operation whose record has an id in the place of the body; or the rejection of the
    /// extractor that finds it.
    #[doc(hidden)]
    fn refer(_: &mut Parts, _: &S, _: Referred) -> impl Future<Output = Result<Referral, Response>> + Send {
        std::future::ready(Ok(Referral::Changed))
    }

    /// What judges its answers.
    #[doc(hidden)]
    const JUDGE: Option<Judge> = None;

    /// How its requests are compared.
    #[doc(hidden)]
    const COMPARISON: BodyComparison = BodyComparison::TEXT;

    /// How its stored responses are translated to another version.
    #[doc(hidden)]
    const TRANSLATIONS: &'static [Option<Translation>] = &[];

    /// The handler as what is called.
    #[doc(hidden)]
    fn made(handler: H, making: Making) -> Made<S>;
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
    pub(super) newest: Arc<dyn Call<S>>,
    /// What answers to versions before a date, down to the next; the dates descend.
    pub(super) older: Vec<(Date, Arc<dyn Call<S>>)>,
}

impl<S> Made<S> {
    /// What answers where the version is not looked at.
    pub(crate) fn newest(&self) -> &Arc<dyn Call<S>> {
        &self.newest
    }

    /// What answers to a version.
    pub(crate) fn at(&self, version: Date) -> &Arc<dyn Call<S>> {
        let older = self.older.iter().rev().find(|(before, _)| version < *before);
        older.map_or(&self.newest, |(_, call)| call)
    }
}

impl<S> fmt::Debug for Made<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Made")
    }
}

/// What the expansion of an endpoint calls.
///
/// # Panics
/// If the endpoint is idempotent and there is no guard: `NEEDS` rules that out for lists that `endpoints!` made.
pub fn made<E, H, T, S>(handler: H, Making { meta, guard }: Making) -> Made<S>
where
    E: Handled<H, T, S> + 'static,
    H: Invoke<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
{
    Made { newest: call::<(E, H, T), H, T, S>(handler, meta, guard), older: Vec::new() }
}

/// A handler as what is called, see [`made`]; `E` is the endpoint, with its newest handler and the arguments of that.
pub(super) fn call<E, H, T, S>(handler: H, meta: &'static Meta, guard: Option<Arc<Guard>>) -> Arc<dyn Call<S>>
where
    Guarded<H, T, E>: Call<S> + 'static,
    H: Invoke<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
{
    match (&meta.idempotent, guard) {
        (None, _) => Arc::new(Plain::<H, T>::new(handler)),
        (Some(policy), Some(guard)) => Arc::new(Guarded::<H, T, E>::new(handler, policy, guard)),
        #[allow(clippy::panic, reason = "a mistake in the program, found when it starts")]
        (Some(_), None) => panic!("{} is idempotent, and its API has no store", meta.name),
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

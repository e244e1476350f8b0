//! Async functions of extractors that the framework asks about a caller.

use super::ApiVersions;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::HeaderName;
use http::request::Parts;
use std::marker::PhantomData;
use steadfast_core::BoxFuture;
use steadfast_core::Date;

/// Tells the version a caller is pinned to: an async function of extractors that answers `Option<V>`, or
/// [`pin_on_first_use`](crate::pin_on_first_use); see [`Header::pinned_by`](crate::Header::pinned_by).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell the version that a caller is pinned to",
    label = "not an async function of extractors that answers `Option<{V}>`",
    note = "every argument must implement `FromRequestParts`, because the body belongs to the handler"
)]
pub trait Pin<V, T, S>: Send + Sync + 'static {
    /// The pin of the caller, or the rejection of an extractor.
    #[doc(hidden)]
    fn pin<'a>(&'a self, parts: &'a mut Parts, state: &'a S)
    -> BoxFuture<'a, Result<Option<Date>, Response>>;
}

/// Tells whether a caller sees previews: an async function of extractors that answers `bool`; see
/// [`Api::previews_if`](crate::Api::previews_if).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell whether a caller sees previews",
    label = "not an async function of extractors that answers `bool`",
    note = "every argument must implement `FromRequestParts`, because the body belongs to the handler"
)]
pub trait SeesPreviews<T, S>: Send + Sync + 'static {
    /// Whether it does, or the rejection of an extractor.
    #[doc(hidden)]
    fn sees<'a>(&'a self, parts: &'a mut Parts, state: &'a S) -> BoxFuture<'a, Result<bool, Response>>;
}

/// A [`Pin`] without the types of its arguments.
pub(crate) trait ErasedPin<V, S>: Send + Sync {
    fn pin<'a>(&'a self, parts: &'a mut Parts, state: &'a S)
    -> BoxFuture<'a, Result<Option<Date>, Response>>;
}

/// A pin, and the request headers that it reads.
pub(crate) type HeadersAndPin<V, S> = (Vec<HeaderName>, Box<dyn ErasedPin<V, S>>);

/// A [`SeesPreviews`] without the types of its arguments.
pub(crate) trait ErasedSeesPreviews<S>: Send + Sync {
    fn sees<'a>(&'a self, parts: &'a mut Parts, state: &'a S) -> BoxFuture<'a, Result<bool, Response>>;
}

struct Erased<F, T> {
    function: F,
    _types: PhantomData<T>,
}

impl<V, S, T, P: Pin<V, T, S>> ErasedPin<V, S> for Erased<P, fn() -> (T, V)> {
    fn pin<'a>(
        &'a self,
        parts: &'a mut Parts,
        state: &'a S,
    ) -> BoxFuture<'a, Result<Option<Date>, Response>> {
        self.function.pin(parts, state)
    }
}

impl<S, T, P: SeesPreviews<T, S>> ErasedSeesPreviews<S> for Erased<P, fn() -> T> {
    fn sees<'a>(&'a self, parts: &'a mut Parts, state: &'a S) -> BoxFuture<'a, Result<bool, Response>> {
        self.function.sees(parts, state)
    }
}

pub(super) fn erase<V, S, T, P>(pin: P) -> Box<dyn ErasedPin<V, S>>
where
    P: Pin<V, T, S>,
    V: 'static,
    S: 'static,
    T: 'static,
{
    Box::new(Erased { function: pin, _types: PhantomData::<fn() -> (T, V)> })
}

pub(crate) fn erase_predicate<S, T, P>(predicate: P) -> Box<dyn ErasedSeesPreviews<S>>
where
    P: SeesPreviews<T, S>,
    S: 'static,
    T: 'static,
{
    Box::new(Erased { function: predicate, _types: PhantomData::<fn() -> T> })
}

macro_rules! functions {
    ($($argument:ident),*) => {
        #[diagnostic::do_not_recommend]
        #[allow(non_snake_case, unused_variables, reason = "the arguments are named by their types")]
        impl<F, Fut, V, S, $($argument,)*> Pin<V, ($($argument,)*), S> for F
        where
            F: Fn($($argument),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = Option<V>> + Send,
            V: ApiVersions,
            S: Sync,
            $($argument: FromRequestParts<S> + Send,)*
        {
            fn pin<'a>(
                &'a self,
                parts: &'a mut Parts,
                state: &'a S,
            ) -> BoxFuture<'a, Result<Option<Date>, Response>> {
                Box::pin(async move {
                    $(
                        let $argument = $argument::from_request_parts(parts, state)
                            .await
                            .map_err(IntoResponse::into_response)?;
                    )*
                    Ok(self($($argument),*).await.map(ApiVersions::date))
                })
            }
        }

        #[diagnostic::do_not_recommend]
        #[allow(non_snake_case, unused_variables, reason = "the arguments are named by their types")]
        impl<F, Fut, S, $($argument,)*> SeesPreviews<($($argument,)*), S> for F
        where
            F: Fn($($argument),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = bool> + Send,
            S: Sync,
            $($argument: FromRequestParts<S> + Send,)*
        {
            fn sees<'a>(
                &'a self,
                parts: &'a mut Parts,
                state: &'a S,
            ) -> BoxFuture<'a, Result<bool, Response>> {
                Box::pin(async move {
                    $(
                        let $argument = $argument::from_request_parts(parts, state)
                            .await
                            .map_err(IntoResponse::into_response)?;
                    )*
                    Ok(self($($argument),*).await)
                })
            }
        }
    };
}

functions!();
functions!(A);
functions!(A, B);
functions!(A, B, C);
functions!(A, B, C, D);
functions!(A, B, C, D, E);
functions!(A, B, C, D, E, G);

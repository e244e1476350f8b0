use super::ApiVersions;
use super::pin::Pin;
use crate::problem::Kind;
use crate::scope::Scope;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use std::fmt;
use std::marker::PhantomData;
use steadfast_core::BoxFuture;
use steadfast_core::Date;
use steadfast_pins::{PinStore, PinStoreError};

/// A pin that sets itself: a caller is pinned to the newest public version by its first call that names none, and
/// stays there until [`PinStore::set`] moves it.
///
/// `C` is the extractor of the caller, whose [`Scope`] names it; a rejection of it, such as 401, is the answer. If the
/// store fails the answer is 503 `pin-unavailable`, and no version is guessed.
///
/// ```
/// use steadfast::{ApiVersions, Header, MemoryPins, Scope, VersionPolicy, pin_on_first_use};
/// # use std::borrow::Cow;
/// # use steadfast::axum::extract::FromRequestParts;
/// # use steadfast::http::{StatusCode, request::Parts};
/// # #[derive(ApiVersions)]
/// # enum Version {
/// #     #[version("2024-01-15")]
/// #     V2024_01_15,
/// # }
/// # struct Account(String);
/// # impl Scope for Account {
/// #     fn scope(&self) -> Cow<'_, str> {
/// #         Cow::Borrowed(&self.0)
/// #     }
/// # }
/// # impl<S: Sync> FromRequestParts<S> for Account {
/// #     type Rejection = StatusCode;
/// #     async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
/// #         let key = parts.headers.get("x-api-key").ok_or(StatusCode::UNAUTHORIZED)?;
/// #         key.to_str().map(|key| Self(key.to_owned())).map_err(|_| StatusCode::UNAUTHORIZED)
/// #     }
/// # }
///
/// // In production a store that keeps them, such as `SqlitePins::open("pins.db").await?`.
/// let policy: VersionPolicy<Version, ()> = Header("Api-Version")
///     .pinned_by("X-Api-Key", pin_on_first_use::<Account>(MemoryPins::new()))
///     .or_reject();
/// ```
pub fn pin_on_first_use<C>(store: impl PinStore) -> FirstUse<C> {
    FirstUse { store: Box::new(store), _caller: PhantomData }
}

/// What [`pin_on_first_use`] answers.
pub struct FirstUse<C> {
    store: Box<dyn ErasedPins>,
    _caller: PhantomData<fn() -> C>,
}

/// A [`PinStore`] without its type.
trait ErasedPins: Send + Sync {
    fn pin_first<'a>(&'a self, caller: &'a str, newest: Date) -> BoxFuture<'a, Result<Date, PinStoreError>>;
}

impl<P: PinStore> ErasedPins for P {
    fn pin_first<'a>(&'a self, caller: &'a str, newest: Date) -> BoxFuture<'a, Result<Date, PinStoreError>> {
        Box::pin(PinStore::pin_first(self, caller, newest))
    }
}

impl<V, S, C> Pin<V, FirstUse<C>, S> for FirstUse<C>
where
    V: ApiVersions,
    S: Sync,
    C: Scope + FromRequestParts<S> + Send + 'static,
{
    fn pin<'a>(
        &'a self,
        parts: &'a mut Parts,
        state: &'a S,
    ) -> BoxFuture<'a, Result<Option<Date>, Response>> {
        Box::pin(async move {
            let newest = V::TIMELINE.releases.iter().rfind(|release| !release.preview);
            // Every timeline has a public version.
            let Some(newest) = newest else { return Ok(None) };
            let caller = match C::from_request_parts(parts, state).await {
                Ok(caller) => caller.scope().into_owned(),
                Err(rejection) => return Err(rejection.into_response()),
            };
            match self.store.pin_first(&caller, newest.date).await {
                Ok(date) => Ok(Some(date)),
                Err(error) => {
                    #[cfg(not(feature = "tracing"))]
                    drop(error);
                    #[cfg(feature = "tracing")]
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the pin of a caller cannot be read"
                    );
                    Err(Kind::PinUnavailable.because("try again in a moment").into_response())
                }
            }
        })
    }
}

impl<C> fmt::Debug for FirstUse<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FirstUse")
    }
}

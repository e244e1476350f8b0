use super::ApiVersions;
use crate::idempotency::BoxFuture;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderName, header};
use std::fmt;
use std::marker::PhantomData;

/// The request header that names the version, such as `Header("Api-Version")`.
///
/// The value is one date, `YYYY-MM-DD`; the greatest declared version not after it is served. RFC 6648 advises against
/// names that begin with `X-`.
///
/// A header alone does not say what happens without it, so it must be followed by one of
/// [`or_reject`](Self::or_reject), [`or_default`](Self::or_default) and [`pinned_by`](Self::pinned_by):
///
/// ```
/// use steadfast::{ApiVersions, Header, VersionPolicy};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15")]
///     V2024_01_15,
/// }
///
/// let strict: VersionPolicy<Version, ()> = Header("Api-Version").or_reject();
/// let lenient: VersionPolicy<Version, ()> = Header("Api-Version").or_default(Version::V2024_01_15);
/// ```
///
/// # Panics
/// The methods panic if the text is not a header name (RFC 9110 section 5.1).
#[derive(Debug, Clone, Copy)]
pub struct Header(pub &'static str);

impl Header {
    /// A request without the header is refused: 400 `unspecified-version`.
    pub fn or_reject<V, S>(self) -> VersionPolicy<V, S> {
        self.source().or_reject()
    }

    /// A request without the header is served `version`.
    pub fn or_default<V, S>(self, version: V) -> VersionPolicy<V, S> {
        self.source().or_default(version)
    }

    /// A request without the header is served the version its caller is pinned to.
    ///
    /// `pin` is an async function of any extractors that answers `Option<V>`; `None` goes on to what is written next.
    /// A rejection of one of its extractors, such as 401, is the answer. `taken_from` names the request header that
    /// the pin depends on; it joins `Vary`, unless it is `Authorization`, which caches treat by themselves (RFC 9111
    /// section 3.5).
    ///
    /// ```
    /// use steadfast::axum::http::HeaderMap;
    /// use steadfast::{ApiVersions, Header, VersionPolicy};
    /// # #[derive(ApiVersions)]
    /// # enum Version {
    /// #     #[version("2024-01-15")]
    /// #     V2024_01_15,
    /// #     #[version("2024-12-18")]
    /// #     V2024_12_18,
    /// # }
    /// async fn pin(headers: HeaderMap) -> Option<Version> {
    ///     (headers.get("x-api-key")? == "early adopter").then_some(Version::V2024_12_18)
    /// }
    ///
    /// let policy: VersionPolicy<Version, ()> =
    ///     Header("Api-Version").pinned_by("X-Api-Key", pin).or_default(Version::V2024_01_15);
    /// ```
    pub fn pinned_by<V, S, T, P: Pin<V, T, S>>(self, taken_from: &'static str, pin: P) -> HeaderSource<V, S>
    where
        V: 'static,
        S: Send + Sync + 'static,
        T: 'static,
    {
        let mut source = self.source();
        source.pin =
            Some((parse_name(taken_from), Box::new(Pinned { pin, _types: PhantomData::<fn() -> T> })));
        source
    }

    fn source<V, S>(self) -> HeaderSource<V, S> {
        HeaderSource { header: parse_name(self.0), pin: None }
    }
}

fn parse_name(name: &str) -> HeaderName {
    #[allow(clippy::panic, reason = "a mistake in the program, found when it starts")]
    HeaderName::try_from(name).unwrap_or_else(|_| panic!("{name:?} is not the name of a header"))
}

/// A header and a pin; what happens without both is still to be said.
#[must_use = "say what happens without a version: `.or_reject()` or `.or_default(version)`"]
pub struct HeaderSource<V, S> {
    header: HeaderName,
    pin: Option<(HeaderName, Box<dyn ErasedPin<V, S>>)>,
}

impl<V, S> HeaderSource<V, S> {
    /// A request that names no version is refused: 400 `unspecified-version`.
    pub fn or_reject(self) -> VersionPolicy<V, S> {
        VersionPolicy { header: self.header, pin: self.pin, default: None }
    }

    /// A request that names no version is served `version`.
    pub fn or_default(self, version: V) -> VersionPolicy<V, S> {
        VersionPolicy { header: self.header, pin: self.pin, default: Some(version) }
    }
}

/// Where the version of a request comes from, and what happens if it does not say.
///
/// Made from a [`Header`]. An explicit version beats the pin, and the pin beats the default.
pub struct VersionPolicy<V, S> {
    pub(crate) header: HeaderName,
    pub(crate) pin: Option<(HeaderName, Box<dyn ErasedPin<V, S>>)>,
    pub(crate) default: Option<V>,
}

impl<V, S> VersionPolicy<V, S> {
    /// The request headers that the served version depends on.
    pub(crate) fn vary(&self) -> impl Iterator<Item = &HeaderName> {
        let pin = self.pin.as_ref().map(|(name, _)| name).filter(|name| **name != header::AUTHORIZATION);
        std::iter::once(&self.header).chain(pin)
    }
}

/// An async function of extractors that tells the version its caller is pinned to; see [`Header::pinned_by`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell the version that a caller is pinned to",
    label = "not an async function of extractors that answers `Option<{V}>`",
    note = "every argument must implement `FromRequestParts`, because the body belongs to the handler"
)]
pub trait Pin<V, T, S>: Send + Sync + 'static {
    /// The pin of the caller, or the rejection of an extractor.
    #[doc(hidden)]
    fn pin<'a>(&'a self, parts: &'a mut Parts, state: &'a S) -> BoxFuture<'a, Result<Option<V>, Response>>;
}

/// A [`Pin`] without the types of its arguments.
pub(crate) trait ErasedPin<V, S>: Send + Sync {
    fn pin<'a>(&'a self, parts: &'a mut Parts, state: &'a S) -> BoxFuture<'a, Result<Option<V>, Response>>;
}

struct Pinned<P, T> {
    pin: P,
    _types: PhantomData<T>,
}

impl<V, S, T, P: Pin<V, T, S>> ErasedPin<V, S> for Pinned<P, fn() -> T> {
    fn pin<'a>(&'a self, parts: &'a mut Parts, state: &'a S) -> BoxFuture<'a, Result<Option<V>, Response>> {
        self.pin.pin(parts, state)
    }
}

macro_rules! pin {
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
            ) -> BoxFuture<'a, Result<Option<V>, Response>> {
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

pin!();
pin!(A);
pin!(A, B);
pin!(A, B, C);
pin!(A, B, C, D);
pin!(A, B, C, D, E);
pin!(A, B, C, D, E, G);

impl<V, S> fmt::Debug for HeaderSource<V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeaderSource").field("header", &self.header).finish_non_exhaustive()
    }
}

impl<V, S> fmt::Debug for VersionPolicy<V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VersionPolicy").field("header", &self.header).finish_non_exhaustive()
    }
}

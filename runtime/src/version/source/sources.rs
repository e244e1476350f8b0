use super::header::RequestHeaders;
use super::{Header, MediaType, PathSegment, QueryParam, Source};
use crate::version::pin::{HeadersAndPin, Pin, erase};
use crate::version::policy::VersionPolicy;
use std::fmt;
use std::marker::PhantomData;

/// Places that are asked for the version, in the order they were written; what happens without one is still to be said.
///
/// All of them are read: two that name different versions are 400 `ambiguous-version`, whatever their order.
#[must_use = "say what happens without a version: `.or_reject()` or `.or_default(version)`"]
pub struct Sources<V, S, K, P = Unused> {
    list: Vec<Source>,
    pin: Option<HeadersAndPin<V, S>>,
    _kinds: PhantomData<fn() -> (K, P)>,
}

/// Which kinds of places have been written: those that a request can hold only one of.
#[derive(Debug)]
pub struct Kinds<Path, Query, Media>(PhantomData<(Path, Query, Media)>);

/// This has not been written.
#[derive(Debug)]
pub struct Unused;

/// This has been written.
#[derive(Debug)]
pub struct Once;

/// A place that can stand beside the places `K`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no further place for the version",
    label = "not a place, or of a kind that stands here already",
    note = "the places are `Header(\"…\")`, `QueryParam(\"…\")`, `PathSegment(\"/\")` and `MediaType(\"…\")`",
    note = "a request has one path segment, query parameter and media type for its version, so each stands once; headers may be several"
)]
pub trait Joins<K> {
    /// The kinds with this one.
    type Kinds;

    #[doc(hidden)]
    #[allow(private_interfaces, reason = "sealed: only this crate calls it")]
    fn source(self) -> Source;
}

/// What comes after a pin.
#[diagnostic::on_unimplemented(
    message = "the pin has been written already",
    label = "`pinned_by` stands before this",
    note = "places come first, then at most one pin, and last either `.or_reject()` or `.or_default(version)`"
)]
pub trait Unpinned {}

type Nowhere = Kinds<Unused, Unused, Unused>;

impl<P, Q, M> Joins<Kinds<P, Q, M>> for Header {
    type Kinds = Kinds<P, Q, M>;

    #[allow(private_interfaces, reason = "see the trait")]
    fn source(self) -> Source {
        Source::Header(super::header::parse_name(self.0))
    }
}

impl<Q, M> Joins<Kinds<Unused, Q, M>> for PathSegment {
    type Kinds = Kinds<Once, Q, M>;

    #[allow(private_interfaces, reason = "see the trait")]
    fn source(self) -> Source {
        Source::Path(self.prefix())
    }
}

impl<P, M> Joins<Kinds<P, Unused, M>> for QueryParam {
    type Kinds = Kinds<P, Once, M>;

    #[allow(private_interfaces, reason = "see the trait")]
    fn source(self) -> Source {
        Source::Query(self.0)
    }
}

impl<P, Q> Joins<Kinds<P, Q, Unused>> for MediaType {
    type Kinds = Kinds<P, Q, Once>;

    #[allow(private_interfaces, reason = "see the trait")]
    fn source(self) -> Source {
        Source::Media(self.media())
    }
}

impl<V, S, K> Sources<V, S, K> {
    /// Another place that can name the version.
    pub fn or<J: Joins<K>>(mut self, place: J) -> Sources<V, S, J::Kinds> {
        self.list.push(place.source());
        Sources { list: self.list, pin: self.pin, _kinds: PhantomData }
    }

    /// A request that names no version is served the version its caller is pinned to; see
    /// [`Header::pinned_by`].
    pub fn pinned_by<T, P: Pin<V, T, S>>(
        self,
        taken_from: impl RequestHeaders,
        pin: P,
    ) -> Sources<V, S, K, Once>
    where
        V: 'static,
        S: Send + Sync + 'static,
        T: 'static,
    {
        Sources { list: self.list, pin: Some((taken_from.parsed(), erase(pin))), _kinds: PhantomData }
    }
}

/// So that a place or a pin after the pin is told so, and not that there is no such method.
#[doc(hidden)]
impl<V, S, K> Sources<V, S, K, Once> {
    pub fn or<J>(self, _: J) -> Self
    where
        Self: Unpinned,
    {
        self
    }

    pub fn pinned_by<J>(self, _: impl RequestHeaders, _: J) -> Self
    where
        Self: Unpinned,
    {
        self
    }
}

impl<V, S, K, P> Sources<V, S, K, P> {
    /// A request that names no version is refused: 400 `unspecified-version`.
    pub fn or_reject(self) -> VersionPolicy<V, S> {
        VersionPolicy::new(self.list, self.pin, None)
    }

    /// A request that names no version is served `version`.
    pub fn or_default(self, version: V) -> VersionPolicy<V, S> {
        VersionPolicy::new(self.list, self.pin, Some(version))
    }
}

macro_rules! places {
    ($($place:ident),*) => {$(
        impl $place {
            /// Another place that can name the version; both are read, and must not disagree.
            pub fn or<V, S, J>(self, place: J) -> Sources<V, S, J::Kinds>
            where
                J: Joins<<Self as Joins<Nowhere>>::Kinds>,
            {
                self.alone().or(place)
            }

            /// A request without it is served the version its caller is pinned to.
            ///
            /// `pin` is an async function of any extractors that answers `Option<V>`; `None` goes on to what is written
            /// next. A rejection of one of its extractors, such as 401, is the answer. A pin cannot take `Path` or
            /// `MatchedPath`: a path may be matched only once the version is known.
            /// [`pin_on_first_use`](crate::pin_on_first_use) is a pin that sets itself.
            ///
            /// `taken_from` names the request header that the pin reads, such as `"Authorization"`, or all of them:
            /// `["Authorization", "Cookie"]`. They join `Vary`, so that no cache shows one caller the response of another.
            /// Responses to requests that name no version say `Cache-Control: private`, unless the handler sets the header.
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
            pub fn pinned_by<V, S, T, P: Pin<V, T, S>>(
                self,
                taken_from: impl RequestHeaders,
                pin: P,
            ) -> Sources<V, S, <Self as Joins<Nowhere>>::Kinds, Once>
            where
                V: 'static,
                S: Send + Sync + 'static,
                T: 'static,
            {
                self.alone().pinned_by(taken_from, pin)
            }

            /// A request without it is refused: 400 `unspecified-version`.
            pub fn or_reject<V, S>(self) -> VersionPolicy<V, S> {
                self.alone().or_reject()
            }

            /// A request without it is served `version`.
            pub fn or_default<V, S>(self, version: V) -> VersionPolicy<V, S> {
                self.alone().or_default(version)
            }

            fn alone<V, S>(self) -> Sources<V, S, <Self as Joins<Nowhere>>::Kinds> {
                Sources { list: vec![<Self as Joins<Nowhere>>::source(self)], pin: None, _kinds: PhantomData }
            }
        }
    )*};
}

places!(Header, QueryParam, PathSegment, MediaType);

impl<V, S, K, P> fmt::Debug for Sources<V, S, K, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("list", &self.list).finish_non_exhaustive()
    }
}

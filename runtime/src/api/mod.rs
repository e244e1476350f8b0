//! From a list of endpoints to an `axum::Router`.
//!
//! Applications use [`Api`]; the rest is what a message of the compiler may name.

mod absent;
mod assemble;

mod dispatch;
mod entry;
mod groups;
mod requirements;
mod settings;
mod table;

use crate::endpoint::Endpoints;
#[cfg(feature = "idempotency")]
use crate::idempotency::Idempotency;
pub use crate::response_headers::lifecycle::{AfterSunset, DeprecationHeader, SunsetCount, SunsetCounter};
use crate::version::RequestHeaders;
use crate::version::pin::erase_predicate;
use crate::version::{ApiVersions, SeesPreviews, VersionPolicy};
pub use crate::version::{Joins, Kinds, Once, Open, Unpinned, Unused};
use assemble::Parts;
use axum::Router;
pub use requirements::{Decided, NoStore, Provides, Undecided};
use settings::Previews;
use std::fmt;
use std::sync::Arc;
use steadfast_core::wire;
use steadfast_core::{Clock, SystemClock};

/// An API: endpoints, where the version of a request comes from, and where idempotency records are kept.
///
/// It ends in an ordinary [`axum::Router`], which merges, nests and layers like any other.
///
/// ```
/// use steadfast::{Api, ApiVersions, Header, api_version, axum, endpoints, get};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15")]
///     V2024_01_15,
/// }
///
/// #[get("/greeting")]
/// #[api_version(since = "2024-01-15")]
/// async fn greeting() -> &'static str {
///     "hello"
/// }
///
/// let app: axum::Router = Api::new(endpoints![Version; greeting])
///     .version_from(Header("Api-Version").or_default(Version::V2024_01_15))
///     .with_state(());
/// ```
///
/// Two routers that answer the same path cannot be merged, even with different methods: which methods exist at a path
/// depends on the version, so one `Api` must know them all. For the same reason two with a [`PathSegment`] after the same
/// prefix cannot.
///
/// [`PathSegment`]: crate::PathSegment
///
/// Paths that versions match differently, such as `/users/{id}` and a `/users/me` that some versions lack, are matched
/// version by version, and everything below their common prefix with them: there the API answers unknown paths itself,
/// in place of the router's fallback, and layers around the router see no `MatchedPath`, which handlers do.
///
/// A browser's preflight (OPTIONS with no version) is for a CORS layer around the router.
///
/// # Panics
/// [`with_state`](Self::with_state) panics if the default version is a preview and not all callers see previews, and if
/// the path of an endpoint has the segment of a version where [`PathSegment`] adds it.
#[must_use = "an `Api` answers nothing until it is made a router: `.with_state(state)`"]
pub struct Api<V, S, const NEEDS: u8, P = Undecided, I = NoStore> {
    endpoints: Endpoints<V, S, NEEDS>,
    policy: P,
    idempotency: I,
    options: Options<S>,
}

/// What an API can be told and need not.
struct Options<S> {
    clock: Arc<dyn Clock>,
    previews: Previews<S>,
    after_sunset: AfterSunset,
    deprecation: DeprecationHeader,
    problem_base: &'static str,
}

impl<V, S, const NEEDS: u8> Api<V, S, NEEDS> {
    /// An API of these endpoints.
    pub fn new(endpoints: Endpoints<V, S, NEEDS>) -> Self {
        let options = Options {
            clock: Arc::new(SystemClock),
            previews: Previews::Off,
            after_sunset: AfterSunset::Gone,
            deprecation: DeprecationHeader::Date,
            problem_base: wire::PROBLEM_BASE,
        };
        Self { endpoints, policy: Undecided, idempotency: NoStore, options }
    }
}

impl<V, S, const NEEDS: u8, P, I> Api<V, S, NEEDS, P, I> {
    /// Says where the version of a request comes from.
    pub fn version_from(self, policy: impl Decided<V, S>) -> Api<V, S, NEEDS, VersionPolicy<V, S>, I> {
        let Self { endpoints, policy: _, idempotency, options } = self;
        Api { endpoints, policy: policy.policy(), idempotency, options }
    }

    /// Says where the records of idempotent endpoints are kept: a store, or an [`Idempotency`] with settings.
    #[cfg(feature = "idempotency")]
    pub fn idempotency<St>(
        self,
        idempotency: impl Into<Idempotency<St>>,
    ) -> Api<V, S, NEEDS, P, Idempotency<St>> {
        let Self { endpoints, policy, idempotency: _, options } = self;
        Api { endpoints, policy, idempotency: idempotency.into(), options }
    }

    /// Judges the phases of versions by `clock`; without it, by the system's. Stores have a clock of their own.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.options.clock = Arc::new(clock);
        self
    }

    /// Whether versions that are declared `preview` answer; without it they do not.
    pub fn previews(mut self, on: bool) -> Self {
        self.options.previews = if on { Previews::On } else { Previews::Off };
        self
    }

    /// Lets versions that are declared `preview` answer those callers to whom `sees` says `true`.
    ///
    /// `sees` is an async function of any extractors that answers `bool`. It is asked only if a request names a preview;
    /// a rejection of one of its extractors is the answer. It cannot take `Path` or `MatchedPath`, which may be known
    /// only once the version is. `taken_from` names the request header that it reads, or an
    /// array of them, which join `Vary`, as those of a pin do.
    ///
    /// ```
    /// use steadfast::axum::http::HeaderMap;
    /// # use steadfast::{Api, ApiVersions, Header, api_version, axum, endpoints, get};
    /// # #[derive(ApiVersions)]
    /// # enum Version {
    /// #     #[version("2024-01-15")]
    /// #     V2024_01_15,
    /// #     #[version("2026-01-15", preview)]
    /// #     V2026_01_15,
    /// # }
    /// # #[get("/greeting")]
    /// # #[api_version(since = "2024-01-15")]
    /// # async fn greeting() -> &'static str {
    /// #     "hello"
    /// # }
    /// async fn is_partner(headers: HeaderMap) -> bool {
    ///     headers.contains_key("x-partner")
    /// }
    ///
    /// let app: axum::Router = Api::new(endpoints![Version; greeting])
    ///     .version_from(Header("Api-Version").or_reject())
    ///     .previews_if("X-Partner", is_partner)
    ///     .with_state(());
    /// ```
    ///
    /// # Panics
    /// If `taken_from` is not the name of a header, or an empty array.
    pub fn previews_if<T>(mut self, taken_from: impl RequestHeaders, sees: impl SeesPreviews<T, S>) -> Self
    where
        S: 'static,
        T: 'static,
    {
        self.options.previews = Previews::If(taken_from.parsed(), erase_predicate(sees));
        self
    }

    /// What a client gets that asks for a version after its sunset; without it 410, see [`AfterSunset::Gone`].
    pub fn after_sunset(mut self, policy: AfterSunset) -> Self {
        self.options.after_sunset = policy;
        self
    }

    /// How the `Deprecation` header is written; without it as RFC 9745 says.
    pub fn deprecation_header(mut self, form: DeprecationHeader) -> Self {
        self.options.deprecation = form;
        self
    }

    /// Where the `type` of the framework's problem documents begins, such as `https://api.example.com/problems/`.
    ///
    /// The default is `urn:steadfast:problem:`. Clients switch on the whole URI, so choose once.
    pub fn problem_base(mut self, base: &'static str) -> Self {
        self.options.problem_base = base;
        self
    }
}

// What a changelog asks.
impl<V, S, const NEEDS: u8, P, I> Api<V, S, NEEDS, P, I> {
    pub(crate) fn endpoints(&self) -> &Endpoints<V, S, NEEDS> {
        &self.endpoints
    }

    pub(crate) fn map_endpoints(
        mut self,
        map: impl FnOnce(Endpoints<V, S, NEEDS>) -> Endpoints<V, S, NEEDS>,
    ) -> Self {
        self.endpoints = map(self.endpoints);
        self
    }

    pub(crate) fn answers_after_sunset(&self) -> bool {
        matches!(self.options.after_sunset, AfterSunset::DryRun(_))
    }
}

impl<V, S, const NEEDS: u8, P, I> Api<V, S, NEEDS, P, I>
where
    V: ApiVersions,
    S: Clone + Send + Sync + 'static,
{
    /// The router, with the state that its handlers get. It merges into a router of any state.
    ///
    /// # Panics
    /// See [`Api`].
    pub fn with_state<S2>(self, state: S) -> Router<S2>
    where
        P: Decided<V, S>,
        I: Provides<NEEDS>,
        S2: Clone + Send + Sync + 'static,
    {
        let Self { endpoints, policy, idempotency, options } = self;
        assemble::router(
            Parts { endpoints: endpoints.list, policy: policy.policy(), guard: idempotency.guard(), options },
            state,
        )
    }
}

impl<V, S, const NEEDS: u8, P, I> fmt::Debug for Api<V, S, NEEDS, P, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}

//! From a list of endpoints to an `axum::Router`.
//!
//! Applications use [`Api`]; the rest is what a message of the compiler may name.

pub(crate) mod call;
mod dispatch;
mod headers;
mod requirements;

use crate::clock::{Clock, SystemClock};
use crate::endpoint::{Endpoints, Range, Registered};
use crate::idempotency::{Guard, Idempotency};
use crate::version::{ApiVersions, VersionPolicy};
use axum::Router;
use axum::routing::any;
use dispatch::{Dispatch, Row, Settings, Slot, Table};
use headers::{AnswerHeaders, Vary, instant, lifecycle};
pub use requirements::{Decided, NoStore, Provides, Undecided};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use steadfast_core::wire;

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
/// depends on the version, so one `Api` must know them all.
///
/// # Panics
/// [`with_state`](Self::with_state) and [`into_router`](Self::into_router) panic where `axum::Router::route` does, on
/// two paths that axum cannot tell apart, and if the default version is a preview while previews are off.
#[must_use = "an `Api` answers nothing until it is made a router: `.with_state(state)`"]
pub struct Api<V, S, const NEEDS: u8, P = Undecided, I = NoStore> {
    endpoints: Endpoints<V, S, NEEDS>,
    policy: P,
    idempotency: I,
    clock: Arc<dyn Clock>,
    previews: bool,
    problem_base: &'static str,
}

impl<V, S, const NEEDS: u8> Api<V, S, NEEDS> {
    /// An API of these endpoints.
    pub fn new(endpoints: Endpoints<V, S, NEEDS>) -> Self {
        Self {
            endpoints,
            policy: Undecided,
            idempotency: NoStore,
            clock: Arc::new(SystemClock),
            previews: false,
            problem_base: wire::PROBLEM_BASE,
        }
    }
}

impl<V, S, const NEEDS: u8, P, I> Api<V, S, NEEDS, P, I> {
    /// Says where the version of a request comes from.
    pub fn version_from(self, policy: impl Decided<V, S>) -> Api<V, S, NEEDS, VersionPolicy<V, S>, I> {
        let Self { endpoints, policy: _, idempotency, clock, previews, problem_base } = self;
        let policy = policy.policy();
        Api { endpoints, policy, idempotency, clock, previews, problem_base }
    }

    /// Says where the records of idempotent endpoints are kept: a store, or an [`Idempotency`] with settings.
    pub fn idempotency<St>(
        self,
        idempotency: impl Into<Idempotency<St>>,
    ) -> Api<V, S, NEEDS, P, Idempotency<St>> {
        let Self { endpoints, policy, idempotency: _, clock, previews, problem_base } = self;
        Api { endpoints, policy, idempotency: idempotency.into(), clock, previews, problem_base }
    }

    /// Judges the phases of versions by `clock`; without it, by the system's. Stores have a clock of their own.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Whether versions that are declared `preview` answer; without it they do not.
    pub fn previews(mut self, on: bool) -> Self {
        self.previews = on;
        self
    }

    /// Where the `type` of the framework's problem documents begins, such as `https://api.example.com/problems/`.
    ///
    /// The default is `urn:steadfast:problem:`. Clients switch on the whole URI, so choose once.
    pub fn problem_base(mut self, base: &'static str) -> Self {
        self.problem_base = base;
        self
    }
}

impl<V, S, const NEEDS: u8, P, I> Api<V, S, NEEDS, P, I>
where
    V: ApiVersions,
    S: Clone + Send + Sync + 'static,
{
    /// The router, with the state that its handlers get.
    ///
    /// # Panics
    /// See [`Api`].
    pub fn with_state(self, state: S) -> Router
    where
        P: Decided<V, S>,
        I: Provides<NEEDS>,
    {
        self.into_router().with_state(state)
    }

    /// The router, still to be given its state.
    ///
    /// # Panics
    /// See [`Api`].
    pub fn into_router(self) -> Router<S>
    where
        P: Decided<V, S>,
        I: Provides<NEEDS>,
    {
        let Self { endpoints, policy, idempotency, clock, previews, problem_base } = self;
        let guard = idempotency.guard();
        let policy = policy.policy();
        let timeline = V::TIMELINE;
        if let Some(default) = policy.default
            && timeline.releases[default.position()].preview
        {
            assert!(
                previews,
                "{} is a preview: switch previews on, or choose another default",
                default.date()
            );
        }
        let vary = Vary::new(policy.vary());
        let headers = timeline
            .releases
            .iter()
            .map(|release| Arc::new(AnswerHeaders::new(&policy.header, &vary, release, None)))
            .collect();
        let settings = Arc::new(Settings { timeline, policy, clock, previews, problem_base, vary, headers });
        let mut paths: BTreeMap<&str, Table<V, S>> = BTreeMap::new();
        for endpoint in endpoints.list {
            paths
                .entry(endpoint.meta.path.text)
                .or_insert_with(|| Table { settings: Arc::clone(&settings), rows: Default::default() })
                .add(endpoint, guard.as_ref());
        }
        paths
            .into_iter()
            .fold(Router::new(), |router, (path, table)| router.route(path, any(Dispatch(Arc::new(table)))))
    }
}

impl<V: ApiVersions, S> Table<V, S> {
    fn add(&mut self, endpoint: Registered<S>, guard: Option<&Arc<Guard>>) {
        let meta = endpoint.meta;
        let Settings { timeline, policy, vary, .. } = &*self.settings;
        let call = endpoint.into_call(guard.cloned());
        let row = &mut self.rows[meta.method as usize];
        let Range::Versions { since, until, gap: _ } = meta.range else {
            *row = Some(Row::Neutral(call));
            return;
        };
        if !matches!(row, Some(Row::Versioned(_))) {
            *row = Some(Row::Versioned(timeline.releases.iter().map(|_| None).collect()));
        }
        let Some(Row::Versioned(slots)) = row else { return };
        for (slot, release) in slots.iter_mut().zip(timeline.releases) {
            if release.date >= since && until.is_none_or(|until| release.date < until) {
                *slot = Some(Slot {
                    call: Arc::clone(&call),
                    headers: Arc::new(AnswerHeaders::new(&policy.header, vary, release, Some(meta))),
                    sunset: lifecycle(release, Some(meta)).1.map(instant),
                });
            }
        }
    }
}

impl<V, S, const NEEDS: u8, P, I> fmt::Debug for Api<V, S, NEEDS, P, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}

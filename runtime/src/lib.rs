//! HTTP APIs that never break their clients: date-pinned versions and retry-safe writes for axum, checked while they
//! compile.
//!
//! Teams annotate axum handlers and types. From the annotations come the routes, the dispatch of every request to the
//! handler and the wire shape of the version its client is pinned to, the lifecycle headers, and the exactly-once
//! execution of retried writes. A contract that cannot hold does not compile.
//!
//! * [`ApiVersions`](derive@ApiVersions) declares the versions, once, as an enum.
//! * [`get`], [`post`] and their siblings with [`api_version`] and [`idempotent`] say what a handler answers.
//! * [`endpoints!`] checks the handlers against the versions and each other; [`Api`] makes them an [`axum::Router`].
//! * [`versioned`] gives a type its history; [`Versioned`] bodies have the shape that the client's version has,
//!   and so has what stands in other places of a request ([`extract`]) or follows the handler ([`stream`]). Every type of a
//!   body is known ([`Shape`], [`DescribeResponse`]), or the program says that it is not.
//! * [`changelog`] tells clients what changed, and maintainers what nobody needs any more.
//! * [`Change`](derive@Change) names a change of behaviour that has no shape.
//! * Every error leaves as a [`Problem`].
//!
//! # Features
//!
//! | feature | default | what |
//! |---|---|---|
//! | `idempotency` | yes | [`idempotent`], [`MemoryStore`], [`IdempotencyLayer`] |
//! | `sqlite` | yes | [`SqliteStore`], [`Tx<Sqlite>`](Tx) and [`SqlitePins`] |
//! | `sealed` | no | `KeyRing`: stored answers are encrypted |
//! | `schemars` | no | JSON schemas of every shape of a type: `schema_at` |
//! | `testing` | no | in [`testing`]: the laws of types as property tests, and which changes a test run went through |
//! | `chrono`, `time`, `rust_decimal` | no | a retry at another version is compared also where a body has types of these crates |
//! | `multipart` | no | `fingerprint = "multipart"` of [`idempotent`]: retries of forms with files |
//! | `ws` | no | `socket`: WebSockets whose messages have the shape of the served version |
//! | `tracing` | no | what goes wrong behind a client's back, as `tracing` events |
//!
//! # Another name
//!
//! The macros write paths that begin with `::steadfast`. Where a manifest gives the dependency another name, as in
//! `api = { package = "steadfast", .. }`, each of them takes that name as `crate`: `#[versioned(crate = api)]`,
//! `#[get("/payments", crate = api)]` for all attributes of a handler, `endpoints![crate = api; Version; ..]`, and
//! `#[api_versions(crate = api)]`, `#[change(.., crate = api)]`, `#[outcome(crate = api)]` and `#[fingerprint(crate = api)]` for
//! the derives. Types that a client shares, in a crate without axum, depend on `steadfast-wire` and say
//! `#[versioned(crate = steadfast_wire)]`.

#![cfg_attr(
    not(feature = "idempotency"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        reason = "responses and endpoints carry what only idempotent ones use"
    )
)]

// Generated code says `::steadfast`, also in the unit tests of this crate.
#[cfg(test)]
extern crate self as steadfast;

// The program in the README is a test.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../../README.md")]
struct Readme;

mod api;
mod body;
pub mod changelog;
mod context;
mod endpoint;
mod endpoint_change;
pub mod extract;
mod faults;
mod guard;
#[cfg(feature = "idempotency")]
pub mod idempotency;
mod idempotency_policy;
mod outcome;
mod problem;
mod response_headers;
#[cfg(feature = "idempotency")]
mod retries;
mod scope;
mod shapes;
#[cfg(feature = "ws")]
pub mod socket;
pub mod stream;
#[cfg(feature = "idempotency")]
mod sync;
pub mod testing;
mod transform;
mod version;

#[doc(hidden)]
pub mod __private;

pub use api::{AfterSunset, Api, DeprecationHeader, SunsetCount, SunsetCounter};
pub use axum;
pub use axum::http;
pub use context::Call;
pub use endpoint::{Body, DescribeResponse, Endpoint, Endpoints, Opaque};
pub use faults::Faults;
#[cfg(feature = "idempotency")]
pub use idempotency::{Drain, Idempotency, IdempotencyLayer, MemoryStore, Tx};
#[cfg(feature = "idempotency")]
pub use outcome::Outcome;
pub use problem::Problem;
#[cfg(feature = "idempotency")]
pub use retries::idempotent;
pub use scope::Scope;
pub use shapes::versioned;
pub use steadfast_core::{
    Brownout, Clock, Date, DateError, FixedClock, Phase, Policy, Release, SystemClock, Timeline,
};
pub use steadfast_pins::{CachedPins, MemoryPins, PinStore, PinStoreError};
#[cfg(feature = "sqlite")]
pub use steadfast_sqlite::{Sqlite, SqlitePins, SqliteStore};
#[cfg(feature = "schemars")]
pub use steadfast_wire::schema_at;
pub use steadfast_wire::{Known, Shape, at_version, shape_faults, stored, stored_in};
pub use transform::{BodyRejection, Created, Versioned, at_served};
pub use version::{
    ApiVersions, BeforeFirstVersion, Change, FirstUse, Header, MediaType, ParseVersionError, PathSegment,
    Pin, QueryParam, RequestHeaders, SeesPreviews, Sources, VersionPolicy, at, pin_on_first_use,
};

use steadfast_wire as wire;

/// Declares the versions of an API: an enum with one variant per version, oldest first.
///
/// ```
/// use steadfast::{ApiVersions, Date, Phase};
///
/// #[derive(ApiVersions)]
/// #[api_versions(policy(min_notice = "180days", max_live = 2, idempotency = "required", sunset = "required"))]
/// pub enum Version {
///     #[version(
///         "2024-01-15",
///         alias = "v1",
///         deprecated = "2024-12-18",
///         sunset = "2025-07-01",
///         guide = "https://example.com/migrate/v2"
///     )]
///     V2024_01_15,
///     #[version("2024-12-18", alias = "v2")]
///     V2024_12_18,
///     #[version("2025-09-30", alias = "v3", preview)]
///     V2025_09_30,
/// }
///
/// assert!(Version::V2024_01_15 < Version::V2024_12_18);
/// assert_eq!("v2".parse(), Ok(Version::V2024_12_18));
/// assert_eq!(Version::V2024_12_18.to_string(), "2024-12-18");
/// assert_eq!(Version::V2024_01_15.phase(Date::parse("2025-01-01").unwrap()), Phase::Deprecated);
/// ```
///
/// The enum becomes `Copy`, ordered, hashable, `Display` and `FromStr` (the date, or the alias), `Serialize` and
/// `Deserialize` (the same text), and an extractor of the version that a request is served at.
///
/// | argument of `version` | meaning |
/// |---|---|
/// | the date | names the version |
/// | `alias = "v2"` | a short name: one segment of a path that does not look like a date |
/// | `deprecated = "…"` | the day from which clients are told to leave: the `Deprecation` header (RFC 9745) |
/// | `sunset = "…"` | the day from which the version is answered 410: the `Sunset` header (RFC 8594); it begins at 00:00:00 UTC |
/// | `guide = "https://…"` | the URL of the guide for leaving it: the `Link` header (RFC 8288) |
/// | `preview` | answers only where [`Api::previews`] is on |
/// | `brownouts("…" for "…", ..)` | when the version is gone for a while before its sunset, so that its last clients notice: moments in UTC, each with a length |
///
/// Each rule of `policy(..)` makes a promise of the API a compile error where it is broken: `min_notice`, the least
/// time from `deprecated` to `sunset`; `max_live`, the most public versions on any day; `sunset = "required"`, for
/// whatever is deprecated; `idempotency = "required"`, for every endpoint with an unsafe method.
///
/// A version whose variant is taken out of the enum is listed in `removed(..)`, so that a client that still asks for it
/// is told that it is gone and is not served another one. Some public version has no `sunset`: there is always one to
/// move to.
///
/// ```
/// use steadfast::{ApiVersions, Date, Phase};
///
/// #[derive(ApiVersions)]
/// #[api_versions(removed("2022-06-01", "2023-01-15"))]
/// pub enum Version {
///     #[version(
///         "2024-01-15",
///         deprecated = "2024-12-18",
///         sunset = "2025-07-01",
///         brownouts("2025-06-01T14:00Z" for "1h", "2025-06-15T14:00Z" for "4h")
///     )]
///     V2024_01_15,
///     #[version("2024-12-18")]
///     V2024_12_18,
/// }
///
/// let day = |text| Date::parse(text).unwrap();
/// assert_eq!(Version::TIMELINE.phase(day("2023-01-15"), day("2025-01-01")), Some(Phase::Removed));
///
/// let brownouts = Version::TIMELINE.releases[0].brownouts;
/// assert_eq!(brownouts[1].from, day("2025-06-15").unix_seconds() + 14 * 3600);
/// assert_eq!(brownouts[1].until - brownouts[1].from, 4 * 3600);
/// ```
pub use steadfast_macros::ApiVersions;

/// Names a change of behaviour, so that a handler can ask whether its client sees it.
///
/// ```
/// use steadfast::{ApiVersions, Change, api_version, get};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15")]
///     V2024_01_15,
///     #[version("2025-09-30")]
///     V2025_09_30,
/// }
///
/// /// Prices include tax.
/// #[derive(Change)]
/// #[change(Version, in = "2025-09-30")]
/// struct TaxIncluded;
///
/// #[get("/price")]
/// #[api_version(since = "2024-01-15")]
/// async fn price(version: Version) -> &'static str {
///     if TaxIncluded.applies(version) { "119" } else { "100" }
/// }
///
/// assert!(!TaxIncluded.applies(Version::V2024_01_15));
/// assert!(TaxIncluded.applies(Version::V2025_09_30));
/// assert_eq!(TaxIncluded::NOTE, "Prices include tax.");
/// ```
///
/// The attribute takes the timeline, then `in`, the version that brought the change, and `note`, what changes for
/// clients; without `note` the doc comment says it. `cargo check` refuses a day that is no version of the timeline, and
/// the first version, because a change that always applies changes nothing.
///
/// Where the version is not at hand, [`applies_here`](trait@Change) asks the running call. What a type looks like in
/// which version is said by [`versioned`] instead.
pub use steadfast_macros::Change;

/// Lists the endpoints of an API: the timeline, a semicolon, the handlers.
///
/// ```
/// # use steadfast::{ApiVersions, Endpoints, api_version, endpoints, get};
/// # #[derive(ApiVersions)]
/// # enum Version {
/// #     #[version("2024-01-15")]
/// #     V2024_01_15,
/// #     #[version("2024-12-18")]
/// #     V2024_12_18,
/// # }
/// #[get("/orders")]
/// #[api_version(since = "2024-01-15", until = "2024-12-18")]
/// async fn list_orders_v1() -> &'static str {
///     "[]"
/// }
///
/// #[get("/orders")]
/// #[api_version(since = "2024-12-18")]
/// async fn list_orders() -> &'static str {
///     r#"{"data":[]}"#
/// }
///
/// let endpoints: Endpoints<Version, (), _> = endpoints![Version; list_orders_v1, list_orders];
/// ```
///
/// `cargo check` refuses, at the handler in the list: `since` or `until` that is no declared version; two handlers for
/// one method, path and version; versions without a handler between two ranges of one method and path, unless the
/// later one says `gap`; whatever `policy(..)` of the timeline asks. Of paths it refuses:
///
/// * two that no router holds together, such as `/files/{id}` and `/files/{key}` or `/files/{*path}`, in one version.
///   In different versions they are welcome, if their first segment is static.
/// * two without a static segment in common, such as `/{tenant}/users` and `/{tenant}/{name}`, if the one that is
///   preferred, here the first, is not served in a version in which the other is. A neutral endpoint gives way.
///
/// A handler with type parameters is listed with them: `endpoints![Version; list::<Order>]`.
pub use steadfast_macros::endpoints;

/// The versions that a handler answers: `since`, inclusive, to `until`, exclusive.
///
/// ```
/// use steadfast::{api_version, get};
///
/// #[get("/reports")]
/// #[api_version(since = "2024-01-15", until = "2025-09-30", deprecated = "2025-01-01", sunset = "2025-07-01")]
/// async fn reports() -> &'static str {
///     "[]"
/// }
/// ```
///
/// `since` and `until` are declared versions. `deprecated` and `sunset` are days on the clock, as those of a version
/// are; where both have one the earlier day counts. `gap` permits versions without a handler before `since`.
///
/// `#[api_version(neutral)]`, or no `#[api_version]` at all, is an endpoint that never looks at the version: it answers
/// whatever a client sends, and adds no header. Once there are two versions, an endpoint that may show a type with several
/// shapes has one of the two written out: the versions, or `neutral` to mean the newest shape.
///
/// # Bodies that nobody knows
///
/// An endpoint with versions does not compile unless it is known of which types its bodies are, and how these were written in
/// every version: see [`Shape`] and [`DescribeResponse`]. Where that cannot be said, as of a `Response`, a stream of bytes
/// or JSON of any shape, the endpoint says `opaque`:
///
/// ```
/// use steadfast::axum::response::Response;
/// use steadfast::{api_version, get};
///
/// #[get("/export")]
/// #[api_version(since = "2024-01-15", opaque)]
/// async fn export() -> Response {
///     Response::new("a,b\n1,2\n".into())
/// }
/// ```
///
/// Then nothing is checked of what it takes and shows, and the [`changelog`] lists it as such.
///
/// # What changed about an endpoint
///
/// Most of what changes is said by types ([`versioned`]). What no type can say stands in `changed(..)`, with the version
/// that brought it: the handler is written for the newest version, and versions before `in` are served by way of it.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::extract::Query;
/// use steadfast::{Created, Versioned, api_version, post, versioned};
///
/// #[versioned]
/// #[derive(Deserialize)]
/// struct OldExpand {
///     #[serde(default)]
///     expand: String,
/// }
///
/// #[versioned]
/// #[derive(Deserialize)]
/// struct OldCharge {
///     amount: i64,
/// }
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Charge {
///     amount: i64,
///     expand: Vec<String>,
/// }
///
/// // From what older clients send to what the handler takes. It may return a `Result`: its error is the client's 422.
/// fn expand_into_body(Query(old): Query<OldExpand>, Versioned(charge): Versioned<OldCharge>) -> Versioned<Charge> {
///     let expand = old.expand.split(',').map(str::to_owned).collect();
///     Versioned(Charge { amount: charge.amount, expand })
/// }
///
/// // From what the handler answers to what older clients hear.
/// fn amount_only(created: Created<Versioned<Charge>>) -> Created<String> {
///     Created::at(created.location(), created.body().0.amount.to_string())
/// }
///
/// #[post("/charges")]
/// #[api_version(
///     since = "2024-01-15",
///     changed(
///         in = "2025-09-30",
///         request(was(Query<OldExpand>, Versioned<OldCharge>), into(Versioned<Charge>), upgrade = expand_into_body),
///         note = "`expand` moved from the query into the body.",
///     ),
///     changed(in = "2025-03-31", response(downgrade = amount_only)),
///     changed(in = "2024-12-18", status(201, was = 200), header("Location", was = "X-Location")),
/// )]
/// async fn create(Versioned(new): Versioned<Charge>) -> Created<Versioned<Charge>> {
///     Created::at("/charges/1", Versioned(new))
/// }
/// ```
///
/// | part of `changed(in = "…", ..)` | for versions before `in` |
/// |---|---|
/// | `request(was(A, B), into(C), upgrade = f)` | the extractors `A` and `B` are read in place of the argument `C`, which `f(A, B)` makes; of several, `into(C, D)`, it makes a tuple |
/// | `response(downgrade = f)` | `f` makes another answer of the handler's |
/// | `status(201, was = 200)` | an answer with the status 201 has 200 |
/// | `header("New", was = "Old")` | the header `New` is called `Old` |
/// | `header("New", was = none)` | the header `New` is not sent |
/// | `note = "…"` | what clients read about it in the [`changelog`] |
///
/// * Requests go through the changes oldest first, answers newest first. The order in which they are written does not
///   matter. `into` and `downgrade` of an older change speak of the handler as the next newer change left it.
/// * `into` names arguments as they are spelled in the function. The last of `was(..)` may read the body; the body is read
///   once, so that an argument that reads it must then stand in `into`. All other arguments stay.
/// * `f` is not async. What `upgrade` refuses is answered 422 `invalid-request`, the handler is not entered, and an
///   idempotency key is not used up.
/// * `downgrade` comes before statuses and headers: those are of what it returned. What
///   [`recover(..)`](idempotency::Recover) finds of a lost operation is given to it too, and so is of the handler's type.
///   What an extractor or an `upgrade` refuses is not given to `downgrade`, but has its status and headers changed, as
///   every answer of the endpoint. What steadfast itself adds, such as `Vary`, is never changed.
/// * A status without a body, such as 204, leaves out the body. Whether a retry of an idempotent request runs again, and
///   whether its [`Tx`] is committed, is decided by the handler's own status.
/// * In the newest version an endpoint with changes costs what one without costs.
///
/// The attributes of a handler know each other by their own names: import them as they are called here.
pub use steadfast_macros::api_version;

/// Says of an error what became of the operation: whether a retry hears it again, or runs again.
///
/// ```
/// use steadfast::Outcome;
/// use steadfast::http::StatusCode;
/// use steadfast::axum::response::{IntoResponse, Response};
///
/// #[derive(Outcome)]
/// enum PayError {
///     /// 409, and in a second it may be otherwise.
///     #[outcome(retryable)]
///     AccountBusy,
///     /// The bank's answer never came: the money may have moved.
///     #[outcome(indeterminate)]
///     BankTimeout,
///     /// The bank is down for good as far as this payment goes.
///     #[outcome(final)]
///     BankClosed,
///     /// Says nothing: 404 is kept, as the status has it.
///     NoSuchAccount,
/// }
///
/// impl IntoResponse for PayError {
///     fn into_response(self) -> Response {
///         let status = match self {
///             Self::AccountBusy => StatusCode::CONFLICT,
///             Self::BankTimeout => StatusCode::GATEWAY_TIMEOUT,
///             Self::BankClosed => StatusCode::SERVICE_UNAVAILABLE,
///             Self::NoSuchAccount => StatusCode::NOT_FOUND,
///         };
///         status.into_response()
///     }
/// }
/// ```
///
/// An [`idempotent`] handler that returns `Result<T, PayError>` is judged so. The attribute may stand on the type too,
/// for every variant that says nothing, and `#[outcome(inner)]` on a variant with one field asks that.
///
/// | attribute | what became of it | a retry |
/// |---|---|---|
/// | `#[outcome(final)]` | refused for good | hears the same answer |
/// | `#[outcome(retryable)]` | not done | runs again |
/// | `#[outcome(indeterminate)]` | not known | does not run, before the endpoint's [`Recover`](idempotency::Recover) or an operator has found out |
#[cfg(feature = "idempotency")]
pub use steadfast_macros::Outcome;

/// Says of a body's type which of its fields do not count when a retry is compared with the first request.
///
/// A client that builds its request anew for every attempt may write another time into it, or count its attempts. Such
/// fields are no part of what it wants, and a retry that differs in nothing else is a retry, not a mistake.
///
/// ```
/// use serde::Deserialize;
/// use steadfast::{Fingerprint, idempotent, post};
/// use steadfast::axum::Json;
///
/// #[derive(Deserialize, Fingerprint)]
/// #[serde(rename_all = "camelCase")]
/// struct Order {
///     items: Vec<Item>,
///     /// `sentAt` on the wire.
///     #[fingerprint(skip)]
///     sent_at: u64,
/// }
///
/// #[derive(Deserialize, Fingerprint)]
/// struct Item {
///     sku: String,
///     #[fingerprint(skip)]
///     seen_in: Option<String>,
/// }
///
/// #[post("/orders")]
/// #[idempotent(ttl = "24h", scope = global, authorize(none))]
/// async fn order(Json(order): Json<Order>) {}
/// ```
///
/// Nothing need be said in [`idempotent`]: the type of the JSON body is enough, in [`Json`](axum::Json), [`Versioned`] or an
/// extractor of your own around it, such as `Valid<Order>`. Such a body is compared as the value that the handler is
/// given, and not as text: an absent member and its default are the same, `1.0` and `1e0` are one `f64`, and a member that
/// no field reads does not count.
///
/// * Every field that counts is written to be compared. So its type is `Serialize`, or derives `Fingerprint` itself; lists,
///   maps and options of such types do. The type of the body need not be `Serialize` itself,
///   unless it is versioned.
/// * On a [`versioned`](macro@versioned) type, where the derive stands below the attribute, a field that does not count
///   does not count at any version. Of one that was removed, `was(#[fingerprint(skip)] sent_at: u64)` says so; others that
///   were removed count, although the handler is not given them. What such a type holds is `#[versioned]` too, if it
///   derives `Fingerprint`: see [types without a change](macro@versioned#types-without-a-change).
/// * `fingerprint = "raw"` and `"multipart"` of [`idempotent`], by which everything counts, do not go together with it.
#[cfg(feature = "idempotency")]
pub use steadfast_macros::Fingerprint;

/// Makes a function the handler of GET at a path.
///
/// ```
/// #[steadfast::get("/orders/{id}")]
/// async fn handler() -> &'static str {
///     "hello"
/// }
/// ```
///
/// The handler stays the function it was: a test can call it. Its path has axum's syntax: `/orders/{id}`, `/files/{*path}`.
/// The handler is async, free, takes up to 16 extractors and answers anything that is `IntoResponse`. Its versions are
/// said by [`api_version`], its idempotency by [`idempotent`], in any order.
///
/// A HEAD request is answered as well, without the body.
pub use steadfast_macros::get;

/// Makes a function the handler of POST at a path.
///
/// ```
/// #[steadfast::post("/orders/{id}")]
/// async fn handler() -> &'static str {
///     "hello"
/// }
/// ```
///
/// See [`get`](macro@get).
pub use steadfast_macros::post;

/// Makes a function the handler of PUT at a path.
///
/// ```
/// #[steadfast::put("/orders/{id}")]
/// async fn handler() -> &'static str {
///     "hello"
/// }
/// ```
///
/// See [`get`](macro@get).
pub use steadfast_macros::put;

/// Makes a function the handler of PATCH at a path.
///
/// ```
/// #[steadfast::patch("/orders/{id}")]
/// async fn handler() -> &'static str {
///     "hello"
/// }
/// ```
///
/// See [`get`](macro@get).
pub use steadfast_macros::patch;

/// Makes a function the handler of DELETE at a path.
///
/// ```
/// #[steadfast::delete("/orders/{id}")]
/// async fn handler() -> &'static str {
///     "hello"
/// }
/// ```
///
/// See [`get`](macro@get).
pub use steadfast_macros::delete;

/// Makes a function the handler of HEAD at a path.
///
/// ```
/// #[steadfast::head("/orders/{id}")]
/// async fn handler() -> &'static str {
///     "hello"
/// }
/// ```
///
/// See [`get`](macro@get).
pub use steadfast_macros::head;

/// Makes a function the handler of OPTIONS at a path.
///
/// ```
/// #[steadfast::options("/orders/{id}")]
/// async fn handler() -> &'static str {
///     "hello"
/// }
/// ```
///
/// See [`get`](macro@get).
pub use steadfast_macros::options;

//! The documentation of `#[idempotent]`.

/// Makes a handler safe to retry: one idempotency key, one execution.
///
/// ```
/// use std::borrow::Cow;
/// use steadfast::{Scope, idempotent, post};
/// # use steadfast::axum::extract::FromRequestParts;
/// # use steadfast::http::{StatusCode, request::Parts};
/// # struct Merchant(String);
/// # impl<S: Sync> FromRequestParts<S> for Merchant {
/// #     type Rejection = StatusCode;
/// #     async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
/// #         Ok(Self("acme".to_owned()))
/// #     }
/// # }
///
/// impl Scope for Merchant {
///     fn scope(&self) -> Cow<'_, str> {
///         Cow::Borrowed(&self.0)
///     }
/// }
///
/// #[post("/payments")]
/// #[idempotent(ttl = "24h", scope = Merchant)]
/// async fn create_payment() -> &'static str {
///     "paid"
/// }
/// ```
///
/// The client sends `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07). The first request with a key runs;
/// a retry with the same key hears the stored answer, with `Idempotency-Replayed: true`. The execution does not end
/// when its client goes away. [Another request](#what-a-retry-must-not-change) with the key is refused (422 `key-reused`),
/// while the first request runs a second one is (409 `in-progress`). What a retry hears of a request that an extractor
/// refused is never stored: it runs again.
///
/// # Options
///
/// `ttl` and `scope` must be written; nothing else need be. What is not written is as [`Idempotency`](crate::Idempotency)
/// says for all endpoints of the API, else the default.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `ttl = "24h"` | how long an answer is kept, from its completion | must be written |
/// | `scope = Merchant` | the extractor that says whose key it is, see [`Scope`](crate::Scope); it runs on every attempt, before any record is read. `none` if callers have no credentials: requests with `Authorization` are then refused, 403 `scope-missing`. `global` if all callers share their keys on purpose; it needs an `authorize` | must be written |
/// | `authorize(MayPay, ..)` | further extractors that [every attempt](#who-may-have-a-replay) must pass, after `scope` and in this order; `none` beside `scope = global` if nobody needs an authorisation | none, but must be written beside `scope = global` |
/// | `lease = "60s"` | how long a run may give no sign of life before a retry takes its place; it is renewed while the handler runs. Not beside a [`Tx`](crate::Tx) | 60 s |
/// | `operation = ".."` | names the operation; handlers that share a name share a space of keys, whatever their paths, and agree in `ttl`, in the kind of `scope`, in `authorize`, in how a body is compared, and in whether they take a `Tx` and replay by reference. Parameters in braces count without their names | method and path, such as `POST /orders/{}/refunds` |
/// | `in_progress = ".."` | what a request hears whose twin still runs: `"409"`, `"425"`, `"423"`, `"202"`, or `wait("5s")`: its twin's answer if that comes in this time, else 409 | `"409"` |
/// | `errors = ".."` | which answers are kept: `"retry"`, all but 5xx, 401, 403, 408, 425 and 429; `"replay"`, 5xx too; `"2xx-only"` | `"retry"` |
/// | `keep(402, 503)` | answers with these statuses are kept, whatever `errors` says | none |
/// | `free(409)` | answers with these statuses are not | none |
/// | `on_lost = ".."` | what becomes of an execution whose process died, and outside of a `Tx` of one that panicked: `"reexecute"`, a retry runs it again; `"hold"`, 409 `outcome-unknown` until [somebody settles it](crate::idempotency::Records::settle); `recover(AskBank)`, an extractor that [finds out](crate::idempotency::Recover), not beside a `Tx` | `"reexecute"` |
/// | `replay = reference(Payments)` | what retries hear is made anew: of an answer only its status, headers and an id are kept, by which an extractor [finds it again](crate::idempotency::Reference). The handler answers [`Referenced`](crate::idempotency::Referenced) | the stored body |
/// | `on_expired = ".."` | what becomes of a key whose answer is no longer kept: `"refuse-old"`, it is new, unless the endpoint has `key = "uuidv7"` or `"ulid"` and the time in the key is longer ago than `ttl`: 410 `key-expired`; `"execute"`, it is new; `refuse("30days")`, 410 for this time | `"refuse-old"` |
/// | `on_store_down = ".."` | while the store cannot be reached: `"refuse"`, 503; `"execute"`, the handler runs, with `Idempotency-Protected: false` and [counted](crate::idempotency::Unprotected). The latter not beside a `Tx` | `"refuse"` |
/// | `key = ".."` | what a key looks like: `"any"`, 1 to 255 bytes, raw or quoted, and a UUID in either case; `"uuid"`, `"uuidv7"`, `"ulid"`; `"sf-string"`, quoted; `"regex:[a-z0-9]{16}"`, as a whole. `optional`, or `optional("uuid")`: a request without one runs without protection, and says so as above | `"any"` |
/// | `header = ".."` | the header of the key | `"Idempotency-Key"` |
/// | `replay_header = ".."` | the header that marks a replay, or `none` | `"Idempotency-Replayed"` |
/// | `replay_header_on_fresh = true` | other answers say `false` in it | `false` |
/// | `echo_key = false` | answers do not carry the key of their request | `true` |
/// | `tell_expiry = true` | replays say until when they are kept: `Idempotency-Key-Expires`, an HTTP date | `false` |
/// | `audit = false` | the [audit trail](crate::Idempotency::audit) of the API has no entries of the endpoint; `true`, it has them, also where it has [no others](crate::idempotency::Audit::only_where_said) | as the API's [`Audit`](crate::idempotency::Audit) says |
/// | `fingerprint = ".."` | how a body is compared with that of the first request: `"json"`, a JSON body without white space, order of members and escapes, any other byte by byte; `"raw"`, byte by byte; `"multipart"` (feature `multipart`), the parts of a form, whatever stands between them. A type that derives [`Fingerprint`](macro@crate::Fingerprint) says which of its fields count | `"json"` |
/// | `fingerprint_headers("X-Account")` | headers that must be the same, too | none |
/// | `store_headers("X-Request-Id")` | headers that are kept although they belong to one exchange, as cookies, rate limits and trace ids do | none |
/// | `drop_headers("X-Debug")` | headers that are not kept | none |
///
/// # Who may have a replay
///
/// A replay does not run the handler, and so does not run the handler's extractors. What runs on every attempt, before the
/// key and the body are read and any record is looked up, is the extractor of `scope` and then those in `authorize(..)`, in
/// the order in which they are written. If one of them rejects the request, its rejection is the response: nothing is
/// looked up, no handler, [recovery](crate::idempotency::Recover) or [reference](crate::idempotency::Reference) runs, and
/// the key stays as it was. This holds for retries at another version and for those after a sunset, too.
///
/// An argument that authorises the caller and is named in neither place is not asked on a replay: in
/// `async fn pay(account: Account, _: MayPay)` with `scope = Account` alone, a caller whose role was taken away still
/// receives the response of a payment made before. Name it:
///
/// ```
/// # use axum::extract::FromRequestParts;
/// # use axum::http::request::Parts;
/// use axum::http::StatusCode;
/// use steadfast::{idempotent, post};
/// # use std::borrow::Cow;
/// # use steadfast::Scope;
/// # struct Account;
/// # impl Scope for Account {
/// #     fn scope(&self) -> Cow<'_, str> { "a".into() }
/// # }
/// # impl<S: Sync> FromRequestParts<S> for Account {
/// #     type Rejection = StatusCode;
/// #     async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> { Ok(Self) }
/// # }
///
/// /// The caller may pay.
/// struct MayPay;
///
/// impl<S: Sync> FromRequestParts<S> for MayPay {
///     type Rejection = StatusCode;
///
///     async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
///         let may = parts.headers.get("x-role").is_some_and(|role| role == "payer");
///         if may { Ok(Self) } else { Err(StatusCode::FORBIDDEN) }
///     }
/// }
///
/// #[post("/payments")]
/// #[idempotent(ttl = "24h", scope = Account, authorize(MayPay))]
/// async fn pay(account: Account) -> StatusCode {
///     StatusCode::CREATED
/// }
/// ```
///
/// The handler need not take a type that is named here. If it does, the type is extracted once more for the handler: an
/// extractor that is expensive leaves what it found in the extensions of the request, which the handler sees.
///
/// With `scope = global` a stored response is for every caller who sends the key, so that the endpoint must say who may:
/// `scope = global, authorize(Operator)`, or `authorize(none)`, if it is for everybody who reaches the endpoint. With
/// `scope = none` nobody has credentials. Only `Authorization` is recognised as such: where callers identify themselves by
/// something else, such as a cookie, name the extractor in `authorize(..)`, or better as the `scope`.
///
/// Layers outside of the API run on every attempt, as for any request. What the body of the handler checks is not checked
/// on a replay.
///
/// # What a retry must not change
///
/// The same operation is asked for if the method, the values of the path's parameters in their order, the query and the
/// body are the same. A query is compared as its decoded pairs: pairs of different names may change places, pairs of one
/// name may not. What else stands in a path does not count, nor does the version, wherever it is named: `/orders` and
/// `/v2/orders` are one operation if both say `operation = "orders.create"`. Where an API is served in two places, as
/// below `/live` and `/test`, they are two.
///
/// Fields of a body that a client writes anew for every attempt are left out by
/// [`#[derive(Fingerprint)]`](macro@crate::Fingerprint) on the type of the body, at any depth and in every version.
///
/// ```
/// # use axum::extract::FromRequestParts;
/// # use axum::http::request::Parts;
/// # use std::convert::Infallible;
/// use steadfast::http::StatusCode;
/// use steadfast::idempotency::{LostExecution, Recover, Recovery};
/// use steadfast::{idempotent, post};
///
/// /// Knows how a transfer ended whose process died.
/// struct AskBank;
/// # impl<S: Sync> FromRequestParts<S> for AskBank {
/// #     type Rejection = Infallible;
/// #     async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> { Ok(Self) }
/// # }
///
/// /// Somebody of ours.
/// struct Operator;
/// # impl<S: Sync> FromRequestParts<S> for Operator {
/// #     type Rejection = StatusCode;
/// #     async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> { Ok(Self) }
/// # }
///
/// impl Recover for AskBank {
///     type Answer = StatusCode;
///
///     async fn recover(self, _: LostExecution) -> Recovery<StatusCode> {
///         Recovery::Done(StatusCode::CREATED)
///     }
/// }
///
/// #[post("/transfers")]
/// #[idempotent(
///     ttl = "7days",
///     scope = global,
///     authorize(Operator),
///     lease = "30s",
///     in_progress = wait("5s"),
///     keep(503),
///     on_lost = recover(AskBank),
///     on_expired = refuse("30days"),
///     key = "uuid",
///     tell_expiry = true,
///     drop_headers("X-Debug"),
/// )]
/// async fn transfer() -> StatusCode {
///     StatusCode::CREATED
/// }
/// ```
///
/// # What handlers say
///
/// Where the status does not tell what became of an operation, the answer is wrapped:
/// [`Final`](crate::idempotency::Final) is kept, after [`Retryable`](crate::idempotency::Retryable) a retry runs, after
/// [`Indeterminate`](crate::idempotency::Indeterminate) nothing runs before somebody has found out.
/// [`KeptFor`](crate::idempotency::KeptFor) is kept for a time of its own.
///
/// A handler that takes a [`Tx`](crate::Tx) commits its writes and the record together: a crash leaves neither. One that
/// takes [`Steps`](crate::idempotency::Steps) goes on behind the last step that it finished. The two do not go together.
///
/// # Retries at another version
///
/// A key belongs to an operation and not to a version of it: a request that is sent at two versions runs once. A retry
/// at the version of the first request hears the very bytes, whatever versions a release has added since. At another
/// version
///
/// * it is the same request if the handler would be given the same value for its body, to the last field: the body is a
///   [`Versioned`](crate::Versioned) argument, and is read through the changes of its type. A field that was removed
///   since, and that only one of the two sent, makes them different. Everything else of the request, such as its query or
///   a form, must be the same as it is written, and nothing about its type may have changed between the versions.
///   Where the two cannot be compared the response is 422 `key-reused`, which names the version that the retry can be
///   sent in.
/// * it receives the stored response in the shape of its own version, with the status that is stored. Headers that are
///   about the bytes of a body, such as `ETag` and `Content-Digest`, stay behind. A response that cannot be translated in
///   this way is replayed as it was stored, and `Api-Version` says in which version that is.
///
/// For both, the type of the body has a history, and is `Serialize` and `Deserialize`. Two requests are compared only if
/// the macro knows the type with all that it holds: numbers, texts, booleans, types that are `#[versioned]` themselves,
/// also [without a change](macro@crate::versioned#types-without-a-change), UUIDs, JSON objects
/// (`serde_json::Map<String, Value>`), with the features `chrono`, `time` and `rust_decimal` the dates, times and decimals
/// of these crates, and options, lists, tuples and maps of all these. Their spelling is free: `10` is `10.0`, `Z` is
/// `+00:00`. Any other type may write less than it reads: equal texts of it are the same request if nothing about the
/// type changed between the versions.
///
/// A response is translated if the signature of the handler shows its type, and if it is known that its newest shape
/// tells all that older ones show: a `#[serde(skip)]` field, which only older clients see, is never made up. Of other
/// types from which an older shape is computed, such as the `Money` of `downgrade = Money::cents`, that is known if they
/// are `#[versioned]`. What a `changed(.., response(..))` or `header(..)`
/// of the endpoint says between the two versions, problems, and an error that is no [`Versioned`](crate::Versioned)
/// itself, stay as they were stored; so does what is beside something that the handler wrote by
/// [`at_served`](crate::at_served), such as the URL of a header, and what another endpoint of the same path answered at its versions.
///
/// A body that its own version cannot read, and that is what the first request sent, is that request once more: its
/// client was given another version meanwhile, by its pin or because the old one ended. It hears what is stored, as it is
/// stored.
///
/// ```
/// # use axum::body::{Body, to_bytes};
/// # use axum::http::Request;
/// # use tower::ServiceExt;
/// use serde::{Deserialize, Serialize};
/// use steadfast::{
///     Api, ApiVersions, Header, Idempotency, MemoryStore, Versioned, api_version, endpoints, idempotent, post,
///     versioned,
/// };
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2025-09-30")]
///     V2025_09_30,
///     #[version("2026-12-01")]
///     V2026_12_01,
/// }
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Payment {
///     amount: u64,
///     #[renamed(in = "2026-12-01", was(customer))]
///     customer_id: String,
/// }
///
/// #[post("/payments")]
/// #[idempotent(ttl = "24h", scope = global, authorize(none))]
/// #[api_version(since = "2025-09-30")]
/// async fn pay(Versioned(payment): Versioned<Payment>) -> Versioned<Payment> {
///     Versioned(payment)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = Api::new(endpoints![Version; pay])
///     .version_from(Header("Api-Version").or_reject())
///     .idempotency(Idempotency::new(MemoryStore::new()))
///     .with_state(());
/// # let send = async |version: &str, body: &'static str| {
/// #     let request = Request::post("/payments").header("api-version", version).header("idempotency-key", "key-1");
/// #     let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
/// #     let answer = app.clone().oneshot(request).await.unwrap();
/// #     let is_replay = answer.headers().contains_key("idempotency-replayed");
/// #     (answer.status().as_u16(), is_replay, to_bytes(answer.into_body(), 4096).await.unwrap())
/// # };
/// let first = send("2025-09-30", r#"{"amount":5,"customer":"cus_1"}"#).await;
/// assert_eq!(first, (200, false, r#"{"amount":5,"customer":"cus_1"}"#.into()));
///
/// let retry = send("2026-12-01", r#"{"amount":5,"customer_id":"cus_1"}"#).await;
/// assert_eq!(retry, (200, true, r#"{"amount":5,"customer_id":"cus_1"}"#.into()));
///
/// let (status, ..) = send("2026-12-01", r#"{"amount":5,"customer_id":"cus_2"}"#).await;
/// assert_eq!(status, 422);
/// # }
/// ```
///
/// # What is told afterwards
///
/// A record goes when its time is up. Who asked for what, when, in which version, and what came of it stays in the
/// [audit trail](crate::Idempotency::audit), if the API keeps one: an entry for every execution, committed together with
/// the record, and with the handler's writes if it takes a `Tx`. Entries are appended and never changed, and read through
/// an [`AuditTrail`](crate::idempotency::AuditTrail). Of requests they have the beginning of the body, as it was sent;
/// of answers only what the API asks for, and no more than what is kept for replays.
///
/// # What is kept of an answer
///
/// Its status, its headers but for those of one exchange, and its body: a retry hears the same bytes. Where that is too
/// much, less is kept:
///
/// * What is [`#[sensitive]`](macro@crate::versioned#what-replays-leave-out) is told once: it is in the first answer, and
///   neither in the store nor in any replay. Such a replay differs from the first answer on purpose.
/// * With `replay = reference(..)` no body is kept. A retry hears the status and the headers of the first answer, and in
///   the version that it asks for itself what is [found](crate::idempotency::Reference) by the id then: the payment as it
///   is now, with its secret if it is told again. If it is no longer there, the retry hears 410 `response-unavailable`
///   with the status and the `Location` of the first answer; if the id is of another type than the release of the program
///   expects, 503 `record-unreadable`. Nothing runs again in either case. An error of the handler has no id and is kept
///   as anywhere else; any other answer without an id is not kept.
/// * With the feature `sealed`, `Idempotency::sealed(KeyRing::new("2026-11", &key))` encrypts answers, the outputs of
///   steps, and what the audit trail has of requests and answers, for every endpoint of the API, and keys the hashes of
///   requests. What cannot be opened is refused, 503 `record-unreadable`, and never runs again.
///
/// Of an answer over a mebibyte, or one of unknown length, is kept that there was one: retries hear 410
/// `response-unavailable` with its status and `Location`, and do not run. The same is kept of an answer for which a store
/// has no room: a full disk keeps new operations from beginning, 503 `overloaded`, and makes none run twice. Handlers that
/// answer with [`Sse`](axum::response::Sse) or [`Ndjson`](crate::stream::Ndjson), or open a WebSocket, do not compile.
pub use steadfast_macros::idempotent;

//! The documentation of `#[versioned]`, which is longer than that of all the other macros.

/// Gives a type a history: what it was before which version. It stands on structs, tuple structs and enums.
///
/// Handlers see the newest shape only, the *head*. Clients of an older version send and see the shape of theirs:
/// [`Versioned`](crate::Versioned) bodies are read and written in the shape of the served version, wherever in them the type stands.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Date, at_version, versioned};
///
/// #[versioned]
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
/// #[serde(rename_all = "snake_case")]
/// pub struct Payment {
///     pub id: u64,
///     /// Amounts carry their currency.
///     #[changed(
///         in = "2024-12-18",
///         was(amount_cents: i64, #[serde(default = "usd")] currency: String),
///         upgrade = Money::from_parts,
///         downgrade = Money::to_parts,
///     )]
///     pub amount: Money,
///     #[renamed(in = "2026-12-01", was(customer))]
///     pub customer_id: String,
///     #[removed(in = "2024-12-18", was(legacy_ref: String), downgrade = Payment::legacy_ref)]
///     #[added(in = "2025-09-30", default)]
///     pub priority: u8,
/// }
///
/// #[versioned]
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
/// pub struct Money {
///     value: i64,
///     currency: String,
/// }
///
/// impl Money {
///     fn from_parts(value: i64, currency: String) -> Self {
///         Self { value, currency }
///     }
///
///     fn to_parts(&self) -> (i64, String) {
///         (self.value, self.currency.clone())
///     }
/// }
///
/// impl Payment {
///     fn legacy_ref(&self) -> String {
///         format!("L-{}", self.id)
///     }
/// }
///
/// fn usd() -> String {
///     "usd".to_owned()
/// }
///
/// let old = r#"{"id":7,"amount_cents":1000,"customer":"cus_1","legacy_ref":"L-7"}"#;
/// let first = Date::parse("2024-01-15").unwrap();
/// let payment: Payment = at_version(first, || serde_json::from_str(old)).unwrap();
/// assert_eq!(payment.amount, Money { value: 1000, currency: usd() });
///
/// let shown = at_version(first, || serde_json::to_string(&payment)).unwrap();
/// assert_eq!(shown, r#"{"id":7,"amount_cents":1000,"currency":"usd","customer":"cus_1","legacy_ref":"L-7"}"#);
/// ```
///
/// `#[versioned]` stands above `#[derive(..)]` and takes over `Serialize`, `Deserialize` and `schemars::JsonSchema`.
///
/// # Types without a change
///
/// Every type of a body carries `#[versioned]`, also one that nothing ever happened to. There it costs nothing at run time:
/// the derives of serde stay as they are. It says what the type holds ([`Shape`](crate::Shape)), so that a change of that
/// does not reach old clients without a word:
///
/// ```
/// use serde::Serialize;
/// use steadfast::versioned;
///
/// #[versioned]
/// #[derive(Serialize)]
/// struct Page<T> {
///     data: Vec<T>,
///     /// Its type is of another crate, and says nothing of its versions.
///     #[opaque]
///     extra: serde_json::Value,
/// }
/// ```
///
/// A field whose type is not known is an error, at the type. Known are all types with `#[versioned]`; numbers, texts, times and
/// addresses of the standard library, and of other crates by the features `chrono`, `time` and `rust_decimal`; and lists,
/// maps, sets, options, results, pointers, arrays and tuples of known types. For any other type the field says `#[opaque]`,
/// and the [changelog](crate::Endpoints::changelog) lists it as not described.
///
/// # Changes
///
/// Each is an attribute of the field as it is now. `in` names the version that brought the change: it and all later
/// ones have the new shape, all before it the old one.
///
/// | statement | what it says |
/// |---|---|
/// | `#[added(in = "..", default)]` | the field is new; what older requests do not send is `Default::default()`, or with `default = x` the value `x`, or what the function `x` returns; with `overwrite` [a PUT or PATCH](#writes-by-older-clients) of an older client may set it to that |
/// | `#[renamed(in = "..", was(old))]` | the field had another name |
/// | `#[changed(in = "..", was(old: T, ..), upgrade = f, downgrade = g)]` | the field was one or more others: `f(T, ..)` gives the field, or a `Result` of it, and `g(&field)` gives the others back, or a `Result` of them, as a tuple if there are several |
/// | `#[removed(in = "..", was(old: T), downgrade = g)]` | before this field another one stood; `g(&whole)` gives its value for older responses, or `default` does |
///
/// Each, and those of enums and of whole types below, may also say, for the [changelog](crate::Endpoints::changelog) and the [laws](crate::testing):
///
/// | argument | what it says |
/// |---|---|
/// | `note = ".."` | what clients are told, behind the generated words |
/// | `lossless` | a value that is converted to the other side and back is the same; every `renamed` is |
/// | `lossy = ".."` | it may be another, for this reason |
///
/// `added`, and `removed` with `default`, are defaulted: one side has no place for the value. Of a `changed` without
/// `lossless` or `lossy` nothing is claimed.
///
/// A type of a listed endpoint, in a [`Versioned`](crate::Versioned) body or another place that has the shape of the
/// served version, changes only in versions of the timeline, after the first, and while an endpoint of the list has it;
/// [`endpoints!`](crate::endpoints) checks it, and the same of what the type holds. What is held more than eight types deep
/// cannot be followed, and is an error.
///
/// A field may have several, of different dates: each speaks about what the later ones left of it. On the struct,
/// `removed` is about a field that stood last, and the others name their fields by `into(..)`: one field that became
/// two is `#[changed(in = "..", was(name: String), into(first, last), upgrade = split, downgrade = join)]`, with
/// `split(String) -> (String, String)` and `join(&String, &String) -> String`.
///
/// Fields of `was(..)` take attributes of serde, and all others keep theirs in every shape. The `rename_all` of the type is
/// that of every shape, too: the name from before there was one is `was(#[serde(rename = "seat_no")] seat_no)`.
///
/// A type that is only serialised needs no `upgrade` and no `default`, one that is only deserialised no `downgrade`. An `upgrade` that
/// returns an error refuses the request as 422, with the error's text, and points at the first field that it takes. The number of versions costs nothing: a type
/// has one shape more than it has dates of changes.
///
/// A `downgrade` may return a `Result` as well, whose error is a `Display`. That a value cannot be shown to an older
/// client is the fault of the service and not of the client: the answer is 500 without a word of the reason, which goes
/// to the log (feature `tracing`) with the type, the field and the text. As with any answer that cannot be written, a
/// retry of an idempotent operation does not run again; it is told that the response was not kept. A closure whose downgrade may fail says what it returns:
/// `downgrade = |n: &u64| -> Result<u8, TryFromIntError> { u8::try_from(*n) }`; of any other the older type is expected.
///
/// # Fields that only older clients know
///
/// Where older answers show more than the newest shape has, or an older request brings a value that it has no field for
/// and the handler still needs, the value stays in a field that is not on the wire: `into` names it beside the one that
/// is seen, and `#[serde(skip)]` hides it.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Date, at_version, versioned};
///
/// #[versioned]
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// #[changed(
///     in = "2025-09-30",
///     was(source: Option<String>, sources: Vec<String>),
///     into(source, others),
///     upgrade = |source, others| (source, others),
///     downgrade = |source: &Option<String>, others: &Vec<String>| (source.clone(), others.clone()),
/// )]
/// struct Customer {
///     source: Option<String>,
///     #[serde(skip)]
///     others: Vec<String>,
/// }
///
/// let first = Date::parse("2024-01-15").unwrap();
/// let text = r#"{"source":"card_1","sources":["card_2"]}"#;
/// let customer: Customer = at_version(first, || serde_json::from_str(text)).unwrap();
/// assert_eq!(customer.others, ["card_2"]);
/// assert_eq!(at_version(first, || serde_json::to_string(&customer)).unwrap(), text);
/// assert_eq!(serde_json::to_string(&customer).unwrap(), r#"{"source":"card_1"}"#);
/// ```
///
/// A handler that stores the type as JSON stores the newest shape, and so loses what is hidden: keep it in a column of
/// its own, or store another type.
///
/// # Defaults
///
/// What a client leaves out has the default of its own version. A field whose default changed is a `changed` field of
/// the same name and type, whose older column has the older default:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use std::convert::identity;
/// use steadfast::{Date, at_version, versioned};
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Page {
///     #[changed(
///         in = "2024-12-18",
///         was(#[serde(default = "hundred")] limit: u32),
///         upgrade = identity,
///         downgrade = u32::clone,
///         lossless,
///         note = "Without a limit it is ten.",
///     )]
///     #[serde(default = "ten")]
///     limit: u32,
/// }
///
/// fn hundred() -> u32 {
///     100
/// }
///
/// fn ten() -> u32 {
///     10
/// }
///
/// let limit = |version| {
///     let version = Date::parse(version).unwrap();
///     at_version(version, || serde_json::from_str::<Page>("{}")).unwrap().limit
/// };
/// assert_eq!((limit("2024-01-15"), limit("2024-12-18")), (100, 10));
/// ```
///
/// # Writes by older clients
///
/// A client that reads, changes and writes back sends what its version shows, and so nothing of a field that was added
/// since. If the field is a `Vec<String>` with a default, the handler cannot tell that from a client that empties the
/// list, and what is stored is lost. A type in the body of a PUT or PATCH must therefore say of every added field that a
/// version of the endpoint does not have what becomes of it; [`endpoints!`](crate::endpoints) checks it, for the whole body as
/// far as it is known. Either the type of the field is [`Known`](crate::Known), and the handler keeps what is stored:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::axum::extract::State;
/// use steadfast::{Known, Versioned, api_version, put, versioned};
/// # use std::sync::{Arc, Mutex};
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Pool {
///     size: u8,
///     #[added(in = "2025-01-01", default)]
///     labels: Known<Vec<String>>,
/// }
///
/// # struct Stored {
/// #     size: u8,
/// #     labels: Vec<String>,
/// # }
/// #[put("/pool")]
/// #[api_version(since = "2024-01-01")]
/// async fn put_pool(State(db): State<Arc<Mutex<Stored>>>, Versioned(new): Versioned<Pool>) -> Versioned<Pool> {
///     let mut stored = db.lock().unwrap();
///     // At 2024-01-01 the client does not know the labels, and keeps them.
///     let labels = new.labels.or(std::mem::take(&mut stored.labels));
///     *stored = Stored { size: new.size, labels };
///     Versioned(Pool { size: stored.size, labels: stored.labels.clone().into() })
/// }
/// ```
///
/// Or the default may take the place of what is stored, and `#[added(in = "2025-01-01", default, overwrite)]` says so. In
/// a type that is only created, by POST, nothing is asked.
///
/// In a list, such as `Vec<Item>` where a field of `Item` was added, the handler finds the stored item by an id of its own.
/// With `#[serde(default)]` beside it a `Known` is also what a PATCH of any version left out.
///
/// Nothing is asked where a client loses something else on the way: of a `changed` field whose `downgrade` is lossy, of a
/// field that a `replaced` type does not have, of a `removed` field, which newer clients do not send back, and of an added
/// variant that an older client reads, and writes back, as another. There the handler compares with what is stored.
///
/// # Checks
///
/// What a version no longer accepts, although it has the same shape, is said by a check of the field or, above the type,
/// of the whole. Requests of earlier versions are read without it.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Date, at_version, versioned};
///
/// #[versioned]
/// #[derive(Debug, Serialize, Deserialize)]
/// #[constrained(check = Transfer::has_two_sides)]
/// struct Transfer {
///     from: String,
///     to: String,
///     #[constrained(in = "2024-12-18", check = positive, note = "Transfers of nothing are refused.")]
///     amount: i64,
/// }
///
/// fn positive(amount: &i64) -> Result<(), &'static str> {
///     if *amount > 0 { Ok(()) } else { Err("must be positive") }
/// }
///
/// impl Transfer {
///     fn has_two_sides(&self) -> Result<(), String> {
///         if self.from == self.to { Err(format!("is from and to `{}`", self.to)) } else { Ok(()) }
///     }
/// }
///
/// let nothing = r#"{"from":"a","to":"b","amount":0}"#;
/// let read = |version| at_version(Date::parse(version).unwrap(), || serde_json::from_str::<Transfer>(nothing));
/// assert_eq!(read("2024-01-15").unwrap().amount, 0);
/// assert!(read("2024-12-18").unwrap_err().to_string().starts_with("must be positive"));
/// ```
///
/// | argument | what it says |
/// |---|---|
/// | `check = f` | `f(&field)`, or `f(&whole)` above the type, returns a `Result<(), E>` whose error is the client's |
/// | `in = ".."` | it holds from this version on, and is a change of the [changelog](crate::Endpoints::changelog); without, it holds at every version |
/// | `note = ".."` | what clients are told of the change |
///
/// So is said that only the validation changed. If a rule became weaker, the field is a `changed` one of the same name
/// and type, whose `upgrade` still refuses what older versions refused.
///
/// A check sees the head, after all upgrades, first those of the fields and then those of the whole; a request that it
/// refuses is 422 with its text, and the `pointer` is the place in the shape of the client. It makes no new shape, and
/// nothing that is written is checked.
///
/// Checks are a part of `Deserialize`, so that they also run where a handler reads JSON that it stored itself, which is
/// at head: what was stored for an older client may then be refused. What must always be readable is better checked in
/// the handler, and told by [`Faults`](crate::Faults).
///
/// # Enums
///
/// The statements of variants stand on the variant as it is now, or on the enum for what is gone from it.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Date, at_version, versioned};
///
/// #[versioned]
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// #[serde(rename_all = "snake_case")]
/// #[removed(in = "2025-09-30", was(Pending), upgrade = Status::Active)]
/// pub enum Status {
///     Active,
///     #[renamed(in = "2024-12-18", was(Cancelled))]
///     Canceled,
///     #[added(in = "2025-09-30", was(Active))]
///     RequiresAction,
///     #[added(in = "2025-09-30", downgrade = Status::before_partial)]
///     Partial { amount: i64 },
/// }
///
/// impl Status {
///     fn before_partial(&self) -> Self {
///         match self {
///             Self::Partial { amount: 0 } => Self::Canceled,
///             _ => Self::Active,
///         }
///     }
/// }
///
/// let first = Date::parse("2024-01-15").unwrap();
/// let shown = |status: Status| at_version(first, || serde_json::to_string(&status)).unwrap();
/// assert_eq!(shown(Status::RequiresAction), r#""active""#);
/// assert_eq!(shown(Status::Partial { amount: 0 }), r#""cancelled""#);
///
/// let read = |text| at_version(first, || serde_json::from_str::<Status>(text));
/// assert_eq!(read(r#""pending""#).unwrap(), Status::Active);
/// let error = read(r#""requires_action""#).unwrap_err().to_string();
/// assert!(error.starts_with("unknown variant `requires_action`, expected one of `active`, `cancelled`, `pending`"));
/// ```
///
/// | statement | what it says |
/// |---|---|
/// | `#[added(in = "..", was(Active))]` | the variant is new; older clients see the unit variant `Active` |
/// | `#[added(in = "..", downgrade = f)]` | the variant is new; older clients see the variant that `f(&whole)` gives |
/// | `#[renamed(in = "..", was(Old))]` | the variant had another name |
/// | on the enum: `#[removed(in = "..", was(Old), upgrade = x)]` | older clients may send another variant, which is the value `x` or what the function `x` returns; of `was(Old(A, B))` or `was(Old { a: A })` it is `x(a, ..)`, or a `Result` of that |
/// | on the enum: `#[retagged(in = "..", was(tag = "kind"))]` | how the variants were told apart: also `was(tag = "t", content = "c")`, `was(untagged)` and `was(external)` |
///
/// `was` and `downgrade` of `added` name a variant of the enum as it is now, which was there before the date. A
/// downgrade that gives another one is an error of the serialisation, as is one that returns an error. The payload of a
/// variant has no statements of its own: give it a versioned struct. What is written is borrowed; only what a downgrade
/// makes is made.
///
/// A variant is always shown as some other one. An item of a list that older clients must not see at all is left out by
/// the `downgrade` of a `changed` list, or of the `replaced` type that holds it, or by the handler.
///
/// If clients promise to accept members that they do not know, the enum is open: added variants need no mapping, leave
/// and come as they are at every version, and what nobody knows is read as the unit variant that `open` names. It is
/// serde's `other`: a member that comes with a payload is read so if a tag tells it apart. The schema says so too: beside
/// the members that are known it accepts any other name.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Date, at_version, versioned};
///
/// #[versioned(open = Unknown)]
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// #[serde(rename_all = "lowercase")]
/// enum Currency {
///     Eur,
///     #[added(in = "2025-09-30")]
///     Usd,
///     Unknown,
/// }
///
/// let first = Date::parse("2024-01-15").unwrap();
/// assert_eq!(at_version(first, || serde_json::to_string(&Currency::Usd)).unwrap(), r#""usd""#);
/// assert_eq!(serde_json::from_str::<Currency>(r#""chf""#).unwrap(), Currency::Unknown);
/// ```
///
/// # Whole types
///
/// Before a date the whole body may have been another type. `upgrade` takes it, and `downgrade` gives it of `&self`. The
/// older type is read and written at the same version, so that its own history goes on; the statements about a time
/// before the date stand on it.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Date, at_version, versioned};
///
/// #[versioned]
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// #[replaced(in = "2025-09-30", was(Vec<Amount>), upgrade = Page::of, downgrade = Page::data)]
/// struct Page {
///     data: Vec<Amount>,
///     #[added(in = "2026-12-01", default)]
///     has_more: bool,
/// }
///
/// impl Page {
///     fn of(data: Vec<Amount>) -> Self {
///         Self { data, has_more: false }
///     }
///
///     fn data(&self) -> Vec<Amount> {
///         self.data.clone()
///     }
/// }
///
/// #[versioned]
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
/// struct Amount(
///     #[changed(in = "2024-12-18", was(String), upgrade = parse, downgrade = i64::to_string)] i64,
/// );
///
/// fn parse(amount: String) -> Result<i64, std::num::ParseIntError> {
///     amount.parse()
/// }
///
/// let page = Page::of(vec![Amount(5)]);
/// for (version, text) in [
///     ("2024-01-15", r#"["5"]"#),
///     ("2024-12-18", "[5]"),
///     ("2025-09-30", r#"{"data":[5]}"#),
///     ("2026-12-01", r#"{"data":[5],"has_more":false}"#),
/// ] {
///     let version = Date::parse(version).unwrap();
///     assert_eq!(at_version(version, || serde_json::to_string(&page)).unwrap(), text);
///     assert_eq!(at_version(version, || serde_json::from_str::<Page>(text)).unwrap(), page);
/// }
/// ```
///
/// In a tuple struct `changed` is about a position, with `was(Type)`, and `added` about the last ones. With one position
/// left an older shape is what is in it, as serde has it. With `#[serde(transparent)]` so is every shape of a struct with
/// one field; `changed` is all that can happen to it.
///
/// Types may borrow and have parameters of all kinds. As for serde, a reference to `str` or `[u8]` borrows from what is
/// parsed, and anything else with `#[serde(borrow)]`, in `was(..)` too.
///
/// # Types without a change
///
/// A type may be `#[versioned]` before anything about it changed. Then the derive sees all of the type, and others that
/// are made of it know that its text tells all of its value: a stored response is
/// [replayed at another version](macro@crate::idempotent#retries-at-another-version) only if that is known of what its
/// older shapes are computed from. So does a type of which some fields are `#[sensitive]`, or do not count when a retry
/// is compared ([`Fingerprint`](macro@crate::Fingerprint)).
///
/// # What replays leave out
///
/// The answer of an [idempotent](macro@crate::idempotent) endpoint is kept for its retries, for as long as the endpoint
/// says. What the first client must be told and no database may hold, such as a client secret or the number of a card,
/// is `#[sensitive]`: the first answer shows it, the copy that is kept leaves it out, and so does every replay. It stands
/// on named fields, of structs and of variants, also in a type without a change, and on the fields of `was(..)`.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Versioned, api_version, idempotent, post, versioned};
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Intent {
///     id: u64,
///     #[sensitive]
///     #[renamed(in = "2025-09-30", was(secret))]
///     client_secret: Option<String>,
/// }
///
/// // A retry hears {"id":1}.
/// #[post("/intents")]
/// #[api_version(since = "2024-01-15")]
/// #[idempotent(ttl = "24h", scope = none)]
/// async fn create_intent() -> Versioned<Intent> {
///     Versioned(Intent { id: 1, client_secret: Some("cs_1".to_owned()) })
/// }
/// ```
///
/// A replay of such an answer is on purpose not the first answer byte by byte. Clients must take the member as absent:
/// it is not among the `required` ones of the schema, where it has `"x-sensitive": true`. A client that lost the answer
/// asks for a new secret; to tell the old one again, [replay by reference](macro@crate::idempotent#options).
///
/// It holds at every version and wherever the type stands: in lists, maps, options, other types and the members of a
/// [`Problem`](crate::Problem). What older versions show that is made of something sensitive is left out as well: the
/// columns that a sensitive field was, and those that are computed from a field whose type holds one. A type that was
/// `replaced`, and the older variant that the `downgrade` of an `added` one gives, say themselves what in them is sensitive.
///
/// Where something sensitive cannot be left out, nothing is kept: retries hear 410 `response-unavailable`, and the log
/// (feature `tracing`) says why. That is so if an older type or variant says of nothing that it is sensitive although the
/// newer one holds something; if the older column that is computed stands in a tuple struct, a transparent one, or a
/// shape that serde derives; and if a layer, or the handler itself, has put other bytes in the place of the body that was
/// rendered. Mark the older column to have it left out: `was(#[sensitive] pan: String)`.
///
/// Only what `Versioned`, `extract::Form` or a `Problem` writes is known. A handler that writes JSON by itself and answers
/// with that text is its own judge, as is one that puts a secret into a header. What a
/// [step](crate::idempotency::Steps) gives is kept whole until its operation has ended, because the rest is to go on from
/// it. Writing such an answer a second time is all that it costs, at idempotent endpoints; other types cost nothing.
///
/// # What is not checked
///
/// What the compiler cannot see is seen where it happens: a versioned type that is read or written outside of the framework, in
/// a call that is served at an older version where it has another shape, is a panic in debug builds, and so in tests; in
/// release builds it is counted ([`shape_faults`](crate::shape_faults)) and logged. That holds for JSON that a handler makes
/// itself, for `json!`, for extractors and responses of one's own, and for what a stream writes later; and at every version
/// for an `upgrade`, `downgrade` or `check` that reads or writes a versioned type itself, and says neither
/// [`stored`](crate::stored) nor [`at_version`](crate::at_version). What neither of the two sees, and what makes it visible:
///
/// | not seen | the word for it |
/// |---|---|
/// | the type of a field that says nothing of its versions | `#[opaque]`, without which it does not compile |
/// | a body that nobody can name | `opaque` in [`api_version`](crate::api_version), or `type Body = Opaque` in [`DescribeResponse`](crate::DescribeResponse), without which it does not compile |
/// | whether `type Body` is all that an `IntoResponse` of one's own shows | a type that is not named there is missing in the changelog |
/// | what an extractor of one's own reads from the body | [`at_served`](crate::at_served) reads it in the client's shape; it is missing in the changelog |
/// | what is stored, or sent to somebody else, in the newest shape | [`stored`](crate::stored) and [`stored_in`](crate::stored_in), without which it is the fault above |
/// | serde called in a task or thread of one's own | [`Call`](crate::Call), without which it is the newest shape; the types of this crate refuse to be used there, and a [`Change`](crate::Change) applies |
/// | layers and fallbacks around the API | they are in no call: the types of this crate refuse to be used there, and JSON made by hand is in the newest shape |
/// | bytes that are kept from one call and sent in another | keep the value, and render it in each call |
/// | members of a problem | [`Problem::extend`](crate::Problem::extend) writes them in the client's shape; name their type in `type Body` for the changelog |
/// | functions of serde, as in `with` and `serialize_with`, and a `Serialize` written by hand on a type without changes | the types that they see are those of the fields |
/// | a second implementation of serde's traits for a generic type with changes | derive them below `#[versioned]` |
/// | what an extractor of one's own refuses with, and what `response(downgrade = ..)` returns | it has the client's shape; name its type in another place of the endpoint for the changelog, which lists the latter as not described |
/// | headers in a tuple, or several extractors in one, whose type is behind an alias | name the tuple in the signature, for the changelog |
/// | a body with a known length that is written after the handler | give it none, or write it in the handler |
/// | the status and the headers that `replay = reference(..)` keeps | a retry at another version hears those of the first answer, also what `status(..)`, `header(..)` and [`extract::Headers`](crate::extract::Headers) made of them; headers of what is found go before them, and have the client's shape |
/// | headers in what `recover(..)` or `reference(..)` finds | they have the client's shape; name their type in the signature, for the changelog |
/// | fields behind `from`, `into` or `skip` that a `Serialize` or `Deserialize` written by hand shows all the same | they have the client's shape; they are missing in the changelog |
/// | names that a program writes or reads as text: the `Display` of an enum in a `String`, `{:?}` in a `detail`, the errors of a validator, what `sort=` takes | what serde makes of the value in [`at_served`](crate::at_served) is the client's name, and [`Faults`](crate::Faults) names the client's place |
/// | `Faults::of::<T>()` of a type that is not that of the body | name that of the body: the places are those of the type that is named. A key of a map stays as the handler says it |
/// | a future that is made in [`at`](crate::at), [`at_version`](crate::at_version) or [`Call::enter`](crate::Call::enter): it is polled afterwards, in the newest shape | write the text in there and send it afterwards; [`Call::scope`](crate::Call::scope) takes a future |
/// | functions of serde's attributes, such as `default = ".."`, `skip_serializing_if`, and the conversions of `from`, `try_from` and `into`: they run while the client's shape is written or read, and what they parse themselves has that shape | [`stored`](crate::stored) around it |
/// | `schema_for!` in a call, which is the newest shape, and one `SchemaGenerator` for several versions, in which a type without a change keeps what it holds from the first | `schema_at`, which makes a generator for each version |
/// | headers that a handler makes by the version itself, beside a body that a retry is told at another | write them by [`at_served`](crate::at_served) or [`extract::Headers`](crate::extract::Headers): then the answer is replayed in the version it was recorded in |
/// | what the extractors of `authorize(..)` and `scope = ..` read, such as `authorize(Headers<Caller>)` | it has the client's shape; it is missing in the changelog |
/// | a type that a body of a fallback or a layer holds more than eight types deep | it is in the newest shape: hold it nearer, or answer in a call |
/// | names that a map brings: a flattened map takes a newer name from an older client, and shows one that is a field of another version | a `check` that refuses them, or a map in a field of its own |
/// | an older name that two types of one object have, behind `flatten` or beside a tag | to write it is an error; to read it gives the value to one of them, and the other has its default: give one of them another name |
/// | the keys of a map that a `changed` or a `removed` key makes one | to write them is an error; of two that an older client sends one is left: give such keys a place in the values |
/// | the fields of [`extract::Headers`](crate::extract::Headers) whose names differ by case only | both are written, and one is read |
/// | two variants of an enum without changes that serde writes alike | a retry at another version may be told of the other variant |
/// | a name that stands twice in what [`extract::Form`](crate::extract::Form) or [`extract::Headers`](crate::extract::Headers) writes, by a flattened type or a map | both are written |
/// | two releases of one crate, whose types have the same paths | one release |
///
/// <details>
/// <summary>What it expands to</summary>
///
/// For a struct with `#[renamed(in = "2026-12-01", was(customer))] customer_id: String`, shortened:
///
/// ```ignore
/// pub struct Payment { pub customer_id: String }
///
/// const _: () = {
///     impl Serialize for Payment {
///         fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
///             match wire::at() {
///                 ..20261201 => write(serializer, "Payment", (field("customer", &self.customer_id), ())),
///                 _ => write(serializer, "Payment", (field("customer_id", &self.customer_id), ())),
///             }
///         }
///     }
///
///     impl<'de> Deserialize<'de> for Payment {
///         fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
///             match wire::at() {
///                 ..20261201 => {
///                     let (customer, ()) = read(deserializer, &Struct { fields: &["customer"], .. }, (column::<String>(), ()))?;
///                     Ok(Self { customer_id: customer })
///                 }
///                 _ => {
///                     let (customer_id, ()) = read(deserializer, &Struct { fields: &["customer_id"], .. }, (column::<String>(), ()))?;
///                     Ok(Self { customer_id })
///                 }
///             }
///         }
///     }
/// };
/// ```
///
/// Where an attribute of serde says more than names, defaults and what is left out, such as `with` or `flatten`, serde
/// derives for a struct of that shape.
///
/// </details>
pub use steadfast_macros::versioned;

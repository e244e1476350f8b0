//! What is `#[sensitive]` is in the first answer, in no replay, and in no file.

mod pairs;

use super::stores::AnyStore;
use super::{Client, Seen, clock};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path as FilePath;
use std::time::Duration;
use steadfast::idempotency::Store;
use steadfast::{
    Api, ApiVersions, Created, Date, Header, Idempotency, IdempotencyLayer, MemoryStore, Problem,
    SqliteStore, Versioned, api_version, endpoints, idempotent, post, schema_at, stored, versioned,
};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
    #[version("2025-09-30")]
    V2025_09_30,
}

const VERSIONS: [&str; 3] = ["2024-01-15", "2024-12-18", "2025-09-30"];

/// Part of everything that must not be kept.
const PLANTED: &str = "hunter2";

#[versioned]
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
struct Card {
    #[sensitive]
    #[renamed(in = "2025-09-30", was(pan))]
    number: Option<String>,
    last4: String,
}

impl Card {
    fn new() -> Self {
        Self { number: Some(format!("number {PLANTED}")), last4: "4242".to_owned() }
    }

    fn join(number: String, last4: String) -> Self {
        Self { number: Some(number), last4 }
    }

    fn split(&self) -> (String, String) {
        (self.number.clone().unwrap_or_default(), self.last4.clone())
    }
}

#[versioned]
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Page<T> {
    #[renamed(in = "2025-09-30", was(data))]
    items: Vec<T>,
    #[sensitive]
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    hidden: Vec<T>,
}

/// Nothing about it changed.
#[versioned]
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Plain {
    inner: Card,
}

#[versioned]
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Next {
    Done,
    #[renamed(in = "2025-09-30", was(Forward))]
    Redirect {
        url: String,
        #[sensitive]
        #[serde(skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
}

fn digits(secret: &str) -> (String, usize) {
    (format!("{secret}!"), secret.len())
}

#[versioned]
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[removed(in = "2025-09-30", was(legacy: String), downgrade = Intent::legacy)]
struct Intent {
    id: u64,
    // Its older columns are made of what is sensitive itself.
    #[sensitive]
    #[changed(in = "2025-09-30", was(token: String, token_length: usize), upgrade = |token, _| token, downgrade = |secret| digits(secret))]
    #[renamed(in = "2024-12-18", was(length), into(token_length))]
    client_secret: String,
    // Its older columns are made of what holds something sensitive.
    #[changed(in = "2024-12-18", was(card_number: String, card_last4: String), upgrade = Card::join, downgrade = Card::split)]
    card: Card,
    cards: Vec<Card>,
    spare: Option<Box<Card>>,
    named: BTreeMap<String, Card>,
    page: Page<Card>,
    plain: Plain,
    next: Next,
}

impl Intent {
    fn new() -> Self {
        Self {
            id: 1,
            client_secret: PLANTED.to_owned(),
            card: Card::new(),
            cards: vec![Card::new(), Card::new()],
            spare: Some(Box::new(Card::new())),
            named: BTreeMap::from([("a".to_owned(), Card::new())]),
            page: Page { items: vec![Card::new()], hidden: vec![Card::new()] },
            plain: Plain { inner: Card::new() },
            next: Next::Redirect { url: "/next".to_owned(), token: Some(PLANTED.to_owned()) },
        }
    }

    fn legacy(&self) -> String {
        format!("legacy {}", self.client_secret)
    }
}

#[post("/intents")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn create_intent() -> Created<Versioned<Intent>> {
    Created::at("/intents/1", Versioned(Intent::new()))
}

/// What is left of an answer without what is sensitive.
fn kept(version: &str) -> Value {
    let card = json!({"last4": "4242"});
    let items = if version < "2025-09-30" { "data" } else { "items" };
    let kind = if version < "2025-09-30" { "forward" } else { "redirect" };
    let mut kept = json!({
        "id": 1, "cards": [card, card], "spare": card, "named": {"a": card}, "page": {items: [card]},
        "plain": {"inner": card}, "next": {"kind": kind, "url": "/next"},
    });
    if version >= "2024-12-18" {
        kept["card"] = card;
    }
    kept
}

struct Served {
    client: Client,
    version: &'static str,
}

impl Served {
    async fn post(&self, path: &str) -> Seen {
        let headers = [("idempotency-key", "k"), ("api-version", self.version)];
        self.client.send("POST", path, &headers, "{}").await
    }
}

fn body(seen: &Seen) -> Value {
    serde_json::from_str(&seen.body).unwrap()
}

/// Whether the file, or what SQLite keeps beside it, has these bytes.
fn is_in(file: &FilePath, text: &str) -> bool {
    let folder = std::fs::read_dir(file.parent().unwrap()).unwrap();
    let mut contents = folder.map(|file| std::fs::read(file.unwrap().path()).unwrap_or_default());
    contents.any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test]
async fn what_is_sensitive_is_in_the_first_answer_only() {
    for version in VERSIONS {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("records.db");
        let sqlite = SqliteStore::open_at(&file, clock()).await.unwrap();
        let memory = MemoryStore::new().clock(clock());
        for store in [AnyStore::of(sqlite), AnyStore::of(memory)] {
            let served = serve(store, version);
            let first = served.post("/intents").await;
            assert_eq!((first.status, first.is_replay()), (201, false));
            let schema = schema_at::<Intent>(Date::parse(version).unwrap()).to_value();
            let schema = jsonschema::validator_for(&schema).unwrap();
            assert!(schema.is_valid(&body(&first)) && schema.is_valid(&kept(version)), "{version}");
            // What is not sensitive is still required.
            assert!(!schema.is_valid(&json!({})));
            // One for each place that a version has.
            let planted = if version == "2025-09-30" { 10 } else { 11 };
            assert_eq!(first.body.matches(PLANTED).count(), planted, "{version}: {first:?}");
            for _ in 0..2 {
                let replay = served.post("/intents").await;
                assert_eq!((replay.status, replay.is_replay()), (201, true), "{version}");
                assert_eq!(body(&replay), kept(version), "{version}");
                assert_eq!(replay.header("location"), Some("/intents/1"));
            }
        }
        assert!(is_in(&file, "4242") && !is_in(&file, PLANTED), "{version}");
    }
}

/// Every way to answer with something sensitive.
#[post("/ways/{way}")]
#[api_version(since = "2024-01-15", opaque)]
#[idempotent(ttl = "24h", scope = none, operation = "way")]
async fn way(Path(way): Path<String>) -> Response {
    let card = Versioned(Card::new());
    match way.as_str() {
        "plain" => card.into_response(),
        "spawned" => tokio::spawn(async { card.into_response() }).await.unwrap(),
        "spawned-and-changed" => changed(tokio::spawn(async { card.into_response() }).await.unwrap()).await,
        "problem" => problem().extend(card).into_response(),
        "spawned-problem" => tokio::spawn(async { problem().extend(card).into_response() }).await.unwrap(),
        "member" => problem().member("card", card.0).into_response(),
        "without" => Versioned(Next::Redirect { url: "/4242".to_owned(), token: None }).into_response(),
        "copied" => copied(card.into_response()).await,
        "changed" => changed(card.into_response()).await,
        "bare" => Response::new(copied(card.into_response()).await.into_body()),
        "form" => steadfast::extract::Form(card.0).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// As a layer that reads bodies leaves it.
async fn copied(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let text = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Response::from_parts(parts, text.to_vec().into())
}

/// As a layer that rewrites bodies leaves it.
async fn changed(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let text = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Response::from_parts(parts, [&text[..], b" "].concat().into())
}

fn problem() -> Problem {
    Problem::new(StatusCode::PAYMENT_REQUIRED, "https://example.com/problems/card", "Card refused")
}

#[tokio::test]
async fn of_every_way_to_answer_nothing_sensitive_is_kept() {
    let kept_whole = ["without"];
    let not_kept = ["changed", "bare"];
    for version in VERSIONS {
        for way in [
            "plain",
            "spawned",
            "problem",
            "spawned-problem",
            "member",
            "without",
            "copied",
            "changed",
            "spawned-and-changed",
            "bare",
            "form",
        ] {
            let served = serve(MemoryStore::new().clock(clock()), version);
            let path = format!("/ways/{way}");
            let first = served.post(&path).await;
            if way == "spawned-and-changed" {
                // Nobody can say in which shape it is, nor render it again.
                assert!(first.status == 500 && !first.body.contains(PLANTED), "{first:?}");
                served.post(&path).await.is_problem(410, "response-unavailable");
                continue;
            }
            assert_eq!(first.body.contains(PLANTED), !kept_whole.contains(&way), "{way}: {first:?}");
            let replay = served.post(&path).await;
            assert!(replay.is_replay() && !replay.body.contains(PLANTED), "{way}: {replay:?}");
            if not_kept.contains(&way) {
                let problem = replay.is_problem(410, "response-unavailable");
                assert_eq!(problem["original_status"], first.status);
            } else if kept_whole.contains(&way) {
                assert_eq!(replay.body, first.body);
            } else {
                assert_eq!(
                    (replay.status, replay.header("content-type")),
                    (first.status, first.header("content-type"))
                );
                assert!(replay.body.contains("4242"), "{way}: {replay:?}");
            }
        }
    }
}

/// A handler that only seems to be one of an API: no call is running there.
#[tokio::test]
async fn behind_a_layer_nothing_sensitive_is_kept() {
    let layer =
        IdempotencyLayer::new(Idempotency::new(MemoryStore::new().clock(clock())), Duration::from_hours(24));
    let compressed = tower_http::compression::CompressionLayer::new()
        .compress_when(tower_http::compression::predicate::SizeAbove::new(0));
    let card = || async { stored(|| Versioned(Card::new()).into_response()) };
    let app = axum::Router::new()
        .route("/card", axum::routing::post(card))
        .route("/compressed", axum::routing::post(card).layer(compressed))
        .layer(layer.scope_global());
    let client = Client(app);
    assert!(client.post("/card", "k").await.body.contains(PLANTED));
    client.post("/card", "k").await.is_replayed(200, r#"{"last4":"4242"}"#);
    let accepts = [("idempotency-key", "k"), ("accept-encoding", "identity")];
    assert!(client.send("POST", "/compressed", &accepts, "").await.body.contains(PLANTED));
    assert!(!client.send("POST", "/compressed", &accepts, "").await.body.contains(PLANTED));
}

#[versioned]
#[derive(Clone, Serialize)]
#[replaced(in = "2025-09-30", was(Card), downgrade = Wallet::card)]
struct Wallet {
    card: Card,
}

impl Wallet {
    fn card(&self) -> Card {
        self.card.clone()
    }
}

#[versioned]
#[derive(Clone, Serialize)]
#[replaced(in = "2025-09-30", was(String), downgrade = Purse::number)]
struct Purse {
    card: Card,
}

impl Purse {
    fn number(&self) -> String {
        self.card.number.clone().unwrap_or_default()
    }
}

#[versioned]
#[derive(Clone, Serialize)]
enum Action {
    Pending,
    Show {
        text: String,
        #[sensitive]
        secret: String,
    },
    Open(String),
    #[added(in = "2025-09-30", downgrade = Action::older)]
    Pay {
        how: u8,
        #[sensitive]
        secret: String,
    },
}

impl Action {
    fn older(&self) -> Action {
        let secret = || PLANTED.to_owned();
        match self {
            Self::Pay { how: 0, .. } => Self::Pending,
            Self::Pay { how: 1, .. } => Self::Show { text: "4242".to_owned(), secret: secret() },
            _ => Self::Open(secret()),
        }
    }
}

/// A type whose shapes serde derives.
#[versioned]
#[derive(Clone, Serialize)]
struct Mirrored {
    #[serde(flatten)]
    card: Card,
    #[changed(in = "2025-09-30", was(#[serde(flatten)] second: HashMap<String, String>), downgrade = |card: &Card| HashMap::from([("second".to_owned(), card.number.clone().unwrap_or_default())]))]
    second: Card,
}

/// The same, and it says that nothing of the older field may be kept.
#[versioned]
#[derive(Clone, Serialize)]
struct Marked {
    #[serde(flatten)]
    card: Card,
    #[changed(in = "2025-09-30", was(#[sensitive] #[serde(flatten)] second: HashMap<String, String>), downgrade = |card: &Card| HashMap::from([("second".to_owned(), card.number.clone().unwrap_or_default())]))]
    second: Card,
}

#[versioned]
#[derive(Clone, Serialize)]
#[serde(transparent)]
struct Number {
    #[changed(in = "2025-09-30", was(number: String), downgrade = |card: &Card| card.number.clone().unwrap_or_default())]
    card: Card,
}

#[versioned]
#[derive(Clone, Serialize)]
struct Pair(
    #[changed(in = "2025-09-30", was(String), downgrade = |card: &Card| card.number.clone().unwrap_or_default())]
     Card,
    u8,
);

/// What it was is in a field that the newest shape hides.
#[versioned]
#[derive(Clone, Serialize)]
struct Hidden {
    #[changed(in = "2025-09-30", was(all: String), into(last4, rest), downgrade = |last4: &String, rest: &String| format!("{rest}{last4}"))]
    last4: String,
    #[sensitive]
    #[serde(skip)]
    rest: String,
}

/// The same, one level higher.
#[versioned]
#[derive(Clone, Serialize)]
struct Outer {
    id: u8,
    #[changed(in = "2025-09-30", was(all: String), downgrade = |hidden: &Hidden| hidden.rest.clone())]
    hidden: Hidden,
}

#[post("/shapes/{shape}")]
#[api_version(since = "2024-01-15", opaque)]
#[idempotent(ttl = "24h", scope = none, operation = "shape")]
async fn shape(Path(shape): Path<String>) -> Response {
    let (card, secret) = (Card::new(), PLANTED.to_owned());
    match shape.as_str() {
        "wallet" => Versioned(Wallet { card }).into_response(),
        "purse" => Versioned(Purse { card }).into_response(),
        // Nothing but the name of the older variant is shown in the older version.
        "pending" => Versioned(Action::Pay { how: 0, secret }).into_response(),
        "show" => Versioned(Action::Pay { how: 1, secret }).into_response(),
        "open" => Versioned(Action::Pay { how: 2, secret }).into_response(),
        "mirrored" => Versioned(Mirrored { card: card.clone(), second: card }).into_response(),
        "marked" => Versioned(Marked { card: card.clone(), second: card }).into_response(),
        "hidden" => Versioned(Hidden { last4: "4242".to_owned(), rest: secret }).into_response(),
        "outer" => {
            let hidden = Hidden { last4: "4242".to_owned(), rest: secret };
            Versioned(Outer { id: 1, hidden }).into_response()
        }
        "number" => Versioned(Number { card }).into_response(),
        _ => Versioned(Pair(card, 1)).into_response(),
    }
}

/// What replays hear of each shape, in an older version and in the newest; nothing where it cannot be taken apart.
const SHAPES: [(&str, Option<&str>, &str); 11] = [
    ("wallet", Some(r#"{"last4":"4242"}"#), r#"{"card":{"last4":"4242"}}"#),
    ("purse", None, r#"{"card":{"last4":"4242"}}"#),
    ("pending", Some(r#""Pending""#), r#"{"Pay":{"how":0}}"#),
    ("show", Some(r#"{"Show":{"text":"4242"}}"#), r#"{"Pay":{"how":1}}"#),
    ("open", None, r#"{"Pay":{"how":2}}"#),
    ("mirrored", None, r#"{"last4":"4242","second":{"last4":"4242"}}"#),
    ("marked", Some(r#"{"last4":"4242"}"#), r#"{"last4":"4242","second":{"last4":"4242"}}"#),
    ("hidden", Some("{}"), r#"{"last4":"4242"}"#),
    ("outer", Some(r#"{"id":1}"#), r#"{"id":1,"hidden":{"last4":"4242"}}"#),
    ("number", None, r#"{"last4":"4242"}"#),
    ("pair", None, r#"[{"last4":"4242"},1]"#),
];

#[tokio::test]
async fn every_shape_leaves_out_what_is_sensitive_or_is_not_kept() {
    for (shape, older, newest) in SHAPES {
        for (version, kept) in [("2024-12-18", older), ("2025-09-30", Some(newest))] {
            let served = serve(MemoryStore::new().clock(clock()), version);
            let path = format!("/shapes/{shape}");
            let first = served.post(&path).await;
            assert_eq!(first.status, 200, "{shape}: {first:?}");
            let is_shown = match shape {
                "pending" => version == "2025-09-30",
                "hidden" | "outer" => version < "2025-09-30",
                _ => true,
            };
            assert_eq!(is_shown, first.body.contains(PLANTED), "{shape}: {first:?}");
            let replay = served.post(&path).await;
            match kept {
                Some(kept) => replay.is_replayed(200, kept),
                None => drop(replay.is_problem(410, "response-unavailable")),
            }
        }
    }
}

fn serve(store: impl Store, version: &'static str) -> Served {
    let api = Api::new(endpoints![Version; create_intent, way, shape]);
    let api = api.version_from(Header("Api-Version").or_default(Version::V2025_09_30));
    Served { client: Client(api.idempotency(store).with_state(())), version }
}

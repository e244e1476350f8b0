//! A first request at one version and a retry at another: what is sensitive is in nothing that is kept for the retry, nor
//! in what it is told in its own words.

use super::super::Client;
use super::{PLANTED, Served, VERSIONS, Version, body, clock, is_in};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steadfast::idempotency::{Audit, KeyRing};
use steadfast::{
    Api, Header, Idempotency, Sqlite, SqliteStore, Tx, Versioned, api_version, endpoints, idempotent, post,
    versioned,
};

/// Every version has it.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Always {
    #[renamed(in = "2025-09-30", was(name))]
    holder: String,
    #[sensitive]
    #[renamed(in = "2024-12-18", was(pin))]
    secret: Option<String>,
}

/// Only newer versions have it.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Newer {
    #[renamed(in = "2025-09-30", was(name))]
    holder: String,
    #[sensitive]
    #[added(in = "2025-09-30", default)]
    secret: Option<String>,
}

/// Only older versions have it.
#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(
    in = "2024-12-18",
    was(
        #[sensitive]
        pin: Option<String>
    ),
    downgrade = Older::pin
)]
struct Older {
    #[renamed(in = "2025-09-30", was(name))]
    holder: String,
    #[serde(skip)]
    secret: Option<String>,
}

impl Older {
    fn pin(&self) -> Option<String> {
        self.secret.clone()
    }
}

/// Without it nothing can be read again.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Needed {
    #[renamed(in = "2025-09-30", was(name))]
    holder: String,
    #[sensitive]
    secret: String,
}

fn holder() -> String {
    "4242".to_owned()
}

#[expect(clippy::unnecessary_wraps, reason = "as the fields have it")]
fn secret() -> Option<String> {
    Some(PLANTED.to_owned())
}

#[post("/always")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn always() -> Versioned<Always> {
    Versioned(Always { holder: holder(), secret: secret() })
}

#[post("/joined")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn joined(_: Tx<Sqlite>) -> Versioned<Newer> {
    Versioned(Newer { holder: holder(), secret: secret() })
}

#[post("/newer")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn newer() -> Versioned<Newer> {
    Versioned(Newer { holder: holder(), secret: secret() })
}

#[post("/older")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn older() -> Versioned<Older> {
    Versioned(Older { holder: holder(), secret: secret() })
}

#[post("/needed")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn needed() -> Versioned<Needed> {
    Versioned(Needed { holder: holder(), secret: PLANTED.to_owned() })
}

fn kept(version: &str) -> Value {
    if version < "2025-09-30" { json!({"name": "4242"}) } else { json!({"holder": "4242"}) }
}

#[tokio::test]
async fn nothing_sensitive_is_told_or_kept_at_any_pair_of_versions() {
    for (first, is_sealed) in VERSIONS.into_iter().flat_map(|first| [(first, false), (first, true)]) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("records.db");
        let store = SqliteStore::open_at(&file, clock()).await.unwrap();
        let idempotency = Idempotency::new(store).audit(Audit::new().answer_body(1024).replays());
        let idempotency =
            if is_sealed { idempotency.sealed(KeyRing::new("new", &[1; 32])) } else { idempotency };
        let trail = idempotency.audit_trail();
        let api = Api::new(endpoints![Version; always, joined, newer, older, needed])
            .version_from(Header("Api-Version").or_default(Version::V2025_09_30));
        let client = Client(api.idempotency(idempotency).with_state(()));
        for path in ["/always", "/joined", "/newer", "/older", "/needed"] {
            let served = |version| Served { client: client.clone(), version };
            let seen = served(first).post(path).await;
            let is_shown = match path {
                "/joined" | "/newer" => first == VERSIONS[2],
                "/older" => first == VERSIONS[0],
                _ => true,
            };
            assert_eq!(
                (seen.status, seen.body.contains(PLANTED)),
                (200, is_shown),
                "{path} {first}: {seen:?}"
            );
            for retry in VERSIONS {
                let replay = served(retry).post(path).await;
                assert!(replay.is_replay(), "{path} {first} {retry}: {replay:?}");
                // What cannot be read without it stays in the words of the first answer.
                let told = if path == "/needed" { first } else { retry };
                assert_eq!(body(&replay), kept(told), "{path} {first} {retry}");
                assert_eq!(replay.header("api-version"), Some(told), "{path} {first} {retry}");
            }
        }
        let mut entries = trail.entries();
        let mut answers = 0;
        while let Some(entry) = entries.next().await.unwrap() {
            let Some(answer) = entry.answer else { continue };
            let answer: Value = serde_json::from_slice(answer.body.unwrap().as_bytes()).unwrap();
            assert_eq!(answer, kept(first), "{first}");
            answers += 1;
        }
        assert_eq!(answers, 5);
        assert!(is_in(&file, "4242") != is_sealed && !is_in(&file, PLANTED), "{first}");
    }
}

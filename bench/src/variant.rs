//! The endpoints that are compared. A new one is an arm of [`Variant`], an entry of `ALL` and a router.

use crate::served::{self, DigestOf};
use crate::{history, payment, peer, plain, sqlite};
use axum::Router;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Request};
use serde_json::json;
use std::error::Error;

pub(crate) const PATH: &str = "/payments";

/// Stands for a number of ten digits that differs from request to request in the value of a header.
const UNIQUE: &str = "{n}";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// axum's `Json` in and out.
    Plain,
    /// `serde_json` on the bytes of the body.
    PlainBytes,
    /// An endpoint of steadfast with axum's `Json` and neither attribute.
    Neutral,
    /// `Versioned` in and out, for a client of the newest of 21 versions.
    VersionedHead,
    /// The same for a client of the oldest.
    VersionedOldest,
    /// A key for each request, in memory.
    IdempotentFirst,
    /// One key for all requests, in memory.
    IdempotentReplay,
    /// `Versioned` in and out for a client of the oldest version, and a key for each request, in memory.
    VersionedFirst,
    /// The same with one key for all requests.
    VersionedReplay,
    /// A key and a session for each request, with the crate axum-idempotent in memory.
    PeerFirst,
    /// One key and one session for all requests, with the same.
    PeerReplay,
    /// A key for each request, in a SQLite file.
    SqliteFirst,
    /// One key for all requests, in a SQLite file.
    SqliteReplay,
    /// An insert of the handler's own, without steadfast, into the same kind of file.
    SqliteInsert,
    /// The same insert in a `Tx`, a key for each request.
    SqliteTxFirst,
    /// The same insert in a `Tx`, one key for all requests.
    SqliteTxReplay,
}

impl Variant {
    /// The first is what the others are compared with.
    pub(crate) const ALL: &[Self] = &[
        Self::Plain,
        Self::PlainBytes,
        Self::Neutral,
        Self::VersionedHead,
        Self::VersionedOldest,
        Self::IdempotentFirst,
        Self::IdempotentReplay,
        Self::VersionedFirst,
        Self::VersionedReplay,
        Self::PeerFirst,
        Self::PeerReplay,
        Self::SqliteFirst,
        Self::SqliteReplay,
        Self::SqliteInsert,
        Self::SqliteTxFirst,
        Self::SqliteTxReplay,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::PlainBytes => "plain-bytes",
            Self::Neutral => "neutral",
            Self::VersionedHead => "versioned-head",
            Self::VersionedOldest => "versioned-oldest",
            Self::IdempotentFirst => "idempotent-first",
            Self::IdempotentReplay => "idempotent-replay",
            Self::VersionedFirst => "versioned-first",
            Self::VersionedReplay => "versioned-replay",
            Self::PeerFirst => "axum-idempotent-first",
            Self::PeerReplay => "axum-idempotent-replay",
            Self::SqliteFirst => "sqlite-first",
            Self::SqliteReplay => "sqlite-replay",
            Self::SqliteInsert => "sqlite-insert",
            Self::SqliteTxFirst => "sqlite-tx-first",
            Self::SqliteTxReplay => "sqlite-tx-replay",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self, String> {
        let unknown = || {
            let names: Vec<_> = Self::ALL.iter().map(|variant| variant.name()).collect();
            format!("there is no variant `{name}`, only {}", names.join(", "))
        };
        Self::ALL.iter().copied().find(|variant| variant.name() == name).ok_or_else(unknown)
    }

    /// Whether a call in process says anything: it does not where threads and disks take part.
    fn is_counted(self) -> bool {
        !self.name().starts_with("sqlite")
    }

    pub(crate) async fn router(self, digest: DigestOf) -> Result<Router, Box<dyn Error>> {
        Ok(match self {
            Self::Plain => plain::router(PATH),
            Self::PlainBytes => plain::bytes_router(PATH),
            Self::Neutral => served::neutral(),
            Self::VersionedHead | Self::VersionedOldest => served::versioned(),
            Self::IdempotentFirst | Self::IdempotentReplay => served::idempotent_in_memory(digest),
            Self::VersionedFirst | Self::VersionedReplay => {
                served::versioned_and_idempotent_in_memory(digest)
            }
            Self::PeerFirst | Self::PeerReplay => peer::router(PATH),
            Self::SqliteFirst | Self::SqliteReplay => sqlite::separate().await?,
            Self::SqliteInsert => sqlite::insert().await?,
            Self::SqliteTxFirst | Self::SqliteTxReplay => sqlite::transactional().await?,
        })
    }

    /// The headers of a request besides its content type; `{n}` in a value becomes a number of its own.
    fn headers(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Plain | Self::PlainBytes | Self::Neutral | Self::SqliteInsert => &[],
            Self::VersionedHead => &[("api-version", history::NEWEST_VERSION)],
            Self::VersionedOldest => &[("api-version", history::OLDEST_VERSION)],
            Self::IdempotentFirst | Self::SqliteFirst | Self::SqliteTxFirst => {
                &[("idempotency-key", "payment-{n}")]
            }
            Self::IdempotentReplay | Self::SqliteReplay | Self::SqliteTxReplay => {
                &[("idempotency-key", "payment")]
            }
            Self::VersionedFirst => {
                &[("api-version", history::OLDEST_VERSION), ("idempotency-key", "payment-{n}")]
            }
            Self::VersionedReplay => {
                &[("api-version", history::OLDEST_VERSION), ("idempotency-key", "payment")]
            }
            // Of a session it keeps what was answered only if the request names one, by 22 characters of Base64.
            Self::PeerFirst => &[("idempotency-key", "payment-{n}"), ("cookie", "session=payment{n}AAAAA")],
            Self::PeerReplay => {
                &[("idempotency-key", "payment"), ("cookie", "session=payment0000000000AAAAA")]
            }
        }
    }

    fn body(self) -> &'static str {
        match self {
            Self::VersionedOldest | Self::VersionedFirst | Self::VersionedReplay => history::OLDEST,
            _ => payment::NEWEST,
        }
    }

    pub(crate) fn request(self, number: u32) -> Request<Body> {
        let mut request = Request::post(PATH).header(CONTENT_TYPE, "application/json");
        for &(name, value) in self.headers() {
            request = match value.split_once(UNIQUE) {
                None => request.header(name, HeaderValue::from_static(value)),
                Some((before, after)) => request.header(name, format!("{before}{number:010}{after}")),
            };
        }
        request.body(Body::from(self.body())).expect("names and values of headers are valid")
    }
}

/// What a load generator needs to know.
pub(crate) fn catalogue() -> serde_json::Value {
    let entry = |variant: &Variant| {
        let mut headers = serde_json::Map::new();
        headers.insert(CONTENT_TYPE.to_string(), "application/json".into());
        headers.extend(variant.headers().iter().map(|&(name, value)| (name.to_owned(), value.into())));
        json!({ "name": variant.name(), "path": PATH, "headers": headers, "body": variant.body(), "counted": variant.is_counted() })
    };
    Variant::ALL.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use http_body_util::BodyExt;
    use std::collections::BTreeSet;
    use tower::ServiceExt;

    #[test]
    fn names_are_unique_and_find_their_variant() {
        let names: BTreeSet<_> = Variant::ALL.iter().map(|variant| variant.name()).collect();
        assert_eq!(names.len(), Variant::ALL.len());
        assert!(Variant::ALL.iter().all(|variant| Variant::named(variant.name()) == Ok(*variant)));
        assert!(Variant::named("plane").unwrap_err().contains("plain-bytes"));
    }

    #[tokio::test]
    async fn every_variant_answers_with_the_body_it_was_sent() {
        for &variant in Variant::ALL {
            // Kept until the end: it holds what the endpoint needs.
            let router = variant.router(DigestOf::Sha256).await.unwrap();
            let answer = router.clone().oneshot(variant.request(1)).await.unwrap();
            assert!(answer.status().is_success(), "{}: {}", variant.name(), answer.status());
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body, variant.body(), "{}", variant.name());
        }
    }

    #[tokio::test]
    async fn second_request_is_replayed_if_it_has_the_key_of_the_first() {
        for (variant, expected) in [
            (Variant::IdempotentFirst, false),
            (Variant::IdempotentReplay, true),
            (Variant::VersionedFirst, false),
            (Variant::VersionedReplay, true),
        ] {
            let router = variant.router(DigestOf::Stub).await.unwrap();
            router.clone().oneshot(variant.request(0)).await.unwrap();
            let second = router.oneshot(variant.request(1)).await.unwrap();
            let is_replayed = second.headers().contains_key("idempotency-replayed");
            assert_eq!(is_replayed, expected, "{}", variant.name());
        }
    }

    /// Otherwise the gates would leave out what it costs to compare bodies.
    #[tokio::test]
    async fn other_body_under_the_same_key_is_rejected_without_sha_256() {
        for variant in [Variant::IdempotentReplay, Variant::VersionedReplay] {
            let router = variant.router(DigestOf::Stub).await.unwrap();
            router.clone().oneshot(variant.request(0)).await.unwrap();
            let mut other = variant.request(1);
            *other.body_mut() = Body::from(variant.body().replacen("Molde", "Bergen", 1));
            let status = router.oneshot(other).await.unwrap().status();
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{}", variant.name());
        }
    }
}

//! A pin that is taken on first use.

use super::{V2, V3, Version, version, while_all_live};
use crate::server::Server;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::borrow::Cow;
use steadfast::{Api, FixedClock, Header, MemoryPins, Scope, endpoints};

struct Caller(String);

impl Scope for Caller {
    fn scope(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let key = parts.headers.get("x-api-key").and_then(|key| key.to_str().ok());
        key.map(|key| Self(key.to_owned())).ok_or(StatusCode::UNAUTHORIZED)
    }
}

#[tokio::test]
async fn a_caller_is_pinned_to_what_it_was_served_first() {
    let pins = MemoryPins::new();
    let app = |default: Version| {
        Api::new(endpoints![Version; version])
            .version_from(
                Header("Api-Version").pinned_on_first_use::<Caller>("X-Api-Key", pins.clone()).or_default(default),
            )
            .clock(FixedClock::new(while_all_live()))
            .with_state(())
    };
    let server = Server::start(app(V2)).await;
    assert_eq!(server.get("/shop/version", &["X-Api-Key: ada"]).await.body, "2024-12-18");
    // A year later the default is another one, and whoever came before keeps theirs.
    let server = Server::start(app(V3)).await;
    for (headers, served) in [
        (&["X-Api-Key: ada"][..], "2024-12-18"),
        (&["X-Api-Key: bob"], "2025-09-30"),
        (&["X-Api-Key: ada", "Api-Version: 2024-01-15"], "2024-01-15"),
        (&["X-Api-Key: ada"], "2024-12-18"),
    ] {
        let answer = server.get("/shop/version", headers).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, served), "{headers:?}");
        assert_eq!(super::vary(&answer), ["api-version", "x-api-key"]);
    }
    let refused = server.get("/shop/version", &[]).await;
    assert_eq!(refused.status, 401, "the rejection of the caller's extractor is the answer");
    assert_eq!(super::vary(&refused), ["api-version", "x-api-key"]);
}

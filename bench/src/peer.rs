//! The plain endpoint behind the crate axum-idempotent, told by the client's key as here.
//!
//! It promises less: twins that come at the same time both run, and nothing is compared. It keeps what was answered in
//! a session, in one map, so that each request gets a session of its own: many keys in one would tell more about
//! its store than about it.

use crate::plain;
use axum::Router;
use axum_idempotent::{IdempotentLayer, IdempotentOptions};
use ruts::store::moka::MokaStore;
use ruts::{CookieOptions, SessionLayer};
use std::sync::Arc;
use tower_cookies::CookieManagerLayer;

/// More than any run makes.
const SESSIONS: u64 = 20_000_000;

pub(crate) fn router(path: &str) -> Router {
    let store = Arc::new(MokaStore::builder().max_capacity(SESSIONS).build());
    let options = IdempotentOptions::default()
        .use_idempotency_key_header(Some("Idempotency-Key"), true)
        .expire_after(24 * 60 * 60);
    let sessions = SessionLayer::new(store).with_cookie_options(CookieOptions::build().name("session"));
    plain::router(path)
        .layer(IdempotentLayer::<MokaStore>::new(options))
        .layer(sessions)
        .layer(CookieManagerLayer::new())
}

#[cfg(test)]
mod tests {
    use crate::served::DigestOf;
    use crate::variant::Variant;
    use tower::ServiceExt;

    #[tokio::test]
    async fn what_is_measured_is_kept_and_replayed() {
        let replayed = async |variant: Variant| {
            let router = variant.router(DigestOf::Sha256).await.unwrap();
            let mut replayed = Vec::new();
            for number in 0..2 {
                let answer = router.clone().oneshot(variant.request(number)).await.unwrap();
                replayed.push(answer.headers().contains_key("idempotency-replayed"));
            }
            // The same once more: it was kept.
            let answer = router.clone().oneshot(variant.request(0)).await.unwrap();
            replayed.push(answer.headers().contains_key("idempotency-replayed"));
            replayed
        };
        assert_eq!(replayed(Variant::PeerFirst).await, [false, false, true]);
        assert_eq!(replayed(Variant::PeerReplay).await, [false, true, true]);
    }
}

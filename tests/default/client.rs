//! A client without a socket.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// What a client receives.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
    pub(crate) is_replayed: bool,
}

impl Seen {
    #[track_caller]
    pub(crate) fn is_fresh(&self, body: &str) {
        assert_eq!((self.status, self.is_replayed, &*self.body), (StatusCode::OK, false, body));
    }

    #[track_caller]
    pub(crate) fn is_replayed(&self, body: &str) {
        assert_eq!((self.status, self.is_replayed, &*self.body), (StatusCode::OK, true, body));
    }

    /// A problem of the framework, known by the end of its type.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: StatusCode, name: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.body.contains(&format!("{name}\"")), "{self:?}");
    }
}

pub(crate) async fn get(router: &Router, path: &str, version: &str) -> Seen {
    send(router, Method::GET, path, &[("api-version", version)], "").await
}

pub(crate) async fn post(router: &Router, path: &str, version: &str, key: Option<&str>, body: &str) -> Seen {
    let headers = [("api-version", version), ("content-type", "application/json")];
    let key = key.map(|key| ("idempotency-key", key));
    let headers: Vec<_> = headers.into_iter().chain(key).collect();
    send(router, Method::POST, path, &headers, body).await
}

async fn send(router: &Router, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Seen {
    let mut request = Request::builder().method(method).uri(path);
    for &(name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let is_replayed = response.headers().contains_key("idempotency-replayed");
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Seen { status, body: String::from_utf8(body.to_vec()).unwrap(), is_replayed }
}

//! A request and its answer, without a socket, a task or a timer.

use super::app::{Config, running};
use super::check::check;
use super::input::{Input, Sent};
use super::model::Model;
use axum::Router;
use axum::body::Body;
use axum::http::response::Parts;
use axum::http::{Request, Response};
use axum::response::Response as Answer;
use http_body_util::BodyExt;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tower::ServiceExt;

/// An answer whose body has been read.
pub(crate) type Received = (Parts, Vec<u8>);

/// A request that has been made and not sent.
#[derive(Debug)]
pub struct Prepared {
    config: &'static Config,
    sent: Sent,
    body: Vec<u8>,
}

impl Prepared {
    pub(crate) fn new(input: &Input<'_>, sent: Sent, body: &[u8]) -> Self {
        Self { config: input.config, sent, body: body.to_vec() }
    }

    /// Sends the request and checks the answer. Yields whether the model knew what it must be.
    pub(crate) fn judge(self) -> bool {
        let (model, received) = (Model::of(self.config, &self.sent), receive(dispatch(self.ready())));
        check(self.config, &self.sent, &model, &received);
        model.expected.is_some()
    }

    /// The router and the request, for who measures what is between them.
    pub fn ready(&self) -> (Router, Request<Body>) {
        (running(self.config), self.sent.build(&self.body))
    }
}

/// The answer of the API. Nothing here waits for anything: no idempotency, no IO.
pub fn dispatch((api, request): (Router, Request<Body>)) -> Answer {
    let Ok(response) = now(api.oneshot(request));
    response
}

fn receive(response: Response<Body>) -> Received {
    let (parts, body) = response.into_parts();
    (parts, now(body.collect()).unwrap().to_bytes().to_vec())
}

/// What a future yields that never waits.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a request waits for something"),
    }
}

//! An endpoint as it is called once it has been found, without the types of its handler.

use super::Invoke;
use super::Meta;
use crate::context::Context;
use crate::outcome::HandlerOutcome;
use crate::response_headers::{ResponseDecorator, decorate};
use axum::extract::Request;
use axum::response::Response;
use pin_project_lite::pin_project;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{self, Poll, ready};
use steadfast_core::BoxFuture;

/// One call of an endpoint.
pub(crate) struct EndpointCall<S> {
    pub(crate) request: Request,
    pub(crate) state: S,
    pub(crate) context: Context,
    /// The headers that the response gets; none at a neutral endpoint.
    pub(crate) dress: Option<ResponseDecorator>,
    /// The version is past its sunset: this is the response, unless a stored one replays.
    pub(crate) gone: Option<Box<Response>>,
}

/// An endpoint without the types of its handler.
pub(crate) trait EndpointService<S>: Send + Sync {
    /// Returns `true` if requests are compared with earlier ones.
    fn compares(&self) -> bool;

    fn call(&self, call: EndpointCall<S>) -> BoxFuture<'static, Response>;
}

/// An endpoint that runs on every call.
pub(crate) struct PlainEndpoint<H, T> {
    handler: H,
    /// Whether it says which versions it answers.
    is_said: bool,
    _arguments: PhantomData<fn() -> T>,
}

impl<H, T> PlainEndpoint<H, T> {
    pub(crate) fn new(handler: H, meta: &Meta) -> Self {
        Self { handler, is_said: meta.is_said, _arguments: PhantomData }
    }
}

impl<H, T, S> EndpointService<S> for PlainEndpoint<H, T>
where
    H: Invoke<T, S>,
    T: 'static,
    S: Send + 'static,
{
    fn compares(&self) -> bool {
        false
    }

    fn call(&self, call: EndpointCall<S>) -> BoxFuture<'static, Response> {
        let EndpointCall { request, state, context, dress, gone } = call;
        if let Some(gone) = gone {
            return Box::pin(std::future::ready(decorate(*gone, context, dress.as_ref())));
        }
        let context = Context { statements: self.handler.statements(), is_said: self.is_said, ..context };
        Box::pin(Responding { outcome: self.handler.clone().invoke(request, state), context, dress })
    }
}

pin_project! {
    /// The response of a handler, with the headers that every response gets. An `async` block would hold the handler's
    /// future twice: as what it captured, and as what it awaits.
    struct Responding<F> {
        #[pin]
        outcome: F,
        context: Context,
        dress: Option<ResponseDecorator>,
    }
}

impl<F: Future<Output = HandlerOutcome>> Future for Responding<F> {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Response> {
        let this = self.project();
        let outcome = this.context.enter(|| this.outcome.poll(cx));
        let HandlerOutcome { response, .. } = ready!(outcome);
        Poll::Ready(decorate(response, *this.context, this.dress.as_ref()))
    }
}

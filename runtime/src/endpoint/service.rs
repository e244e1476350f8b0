//! An endpoint as it is called once it has been found, without the types of its handler.

use super::Invoke;
use super::Meta;
use crate::context::Context;
use crate::endpoint_change::Statement;
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

impl<S> EndpointCall<S> {
    /// The request and what is left to do for its response; or the response, of a version past its sunset.
    // Apart from the handlers: this is compiled once.
    fn begin(
        self,
        statements: &'static [Statement],
        is_said: bool,
    ) -> Result<(Request, S, Begun), BoxFuture<'static, Response>> {
        let Self { request, state, context, dress, gone } = self;
        if let Some(gone) = gone {
            return Err(Box::pin(std::future::ready(decorate(*gone, context, dress.as_ref()))));
        }
        Ok((request, state, Begun { context: Context { is_said, statements, ..context }, dress }))
    }
}

/// A call that has begun.
struct Begun {
    context: Context,
    dress: Option<ResponseDecorator>,
}

impl Begun {
    /// Polls a handler inside its call, and adds the headers that every response gets.
    fn poll(&self, handler: &mut dyn FnMut() -> Poll<HandlerOutcome>) -> Poll<Response> {
        let HandlerOutcome { response, .. } = ready!(self.context.enter(handler));
        Poll::Ready(decorate(response, self.context, self.dress.as_ref()))
    }
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
        match call.begin(self.handler.statements(), self.is_said) {
            Ok((request, state, begun)) => {
                Box::pin(Responding { handler: self.handler.clone().invoke(request, state), begun })
            }
            Err(gone) => gone,
        }
    }
}

pin_project! {
    /// The response of a handler. An `async` block would hold the handler's future twice: as what it captured, and as what
    /// it awaits.
    struct Responding<F> {
        #[pin]
        handler: F,
        begun: Begun,
    }
}

impl<F: Future<Output = HandlerOutcome>> Future for Responding<F> {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Response> {
        let mut this = self.project();
        this.begun.poll(&mut || this.handler.as_mut().poll(cx))
    }
}

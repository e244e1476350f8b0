use super::classify::rendered;
use crate::endpoint_change::Statement;
use crate::outcome::HandlerOutcome;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};

/// An async function that can be the handler of an endpoint; what `axum::handler::Handler` is to a router.
///
/// It differs in one thing: it tells a rejection by an extractor from an answer of the handler, because a rejected
/// request must not use up its idempotency key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the handler of an endpoint",
    label = "not a handler",
    note = "every argument must implement `FromRequestParts` for the state of the API, the last one may implement `FromRequest`",
    note = "the answer must implement `IntoResponse`, and the future must be `Send`"
)]
pub trait Invoke<T, S>: Clone + Send + Sync + 'static {
    /// Extracts the arguments, calls the handler and renders its answer.
    #[doc(hidden)]
    fn invoke(self, request: Request, state: S) -> impl Future<Output = HandlerOutcome> + Send;

    /// Gives the rejection of a request that is not even extracted the status and headers of the served version.
    #[doc(hidden)]
    fn amend(&self, _: &mut Response) {}

    /// Returns the changes of the endpoint that the served version is older than, newest first.
    #[doc(hidden)]
    fn statements(&self) -> &'static [Statement] {
        &[]
    }
}

impl<F, Fut, R, S> Invoke<((),), S> for F
where
    F: FnOnce() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = R> + Send,
    R: IntoResponse + 'static,
    S: Send,
{
    async fn invoke(self, _: Request, _: S) -> HandlerOutcome {
        rendered(self().await)
    }
}

/// Takes what stands before the last argument from the head of a request.
macro_rules! extract {
    // A request is large: who wants it whole does not get it in parts and put together again.
    ($request:ident, $state:ident;) => {};
    ($request:ident, $state:ident; $($argument:ident),+) => {
        let (mut parts, body) = $request.into_parts();
        $(
            let $argument = match $argument::from_request_parts(&mut parts, &$state).await {
                Ok(value) => value,
                Err(rejection) => return HandlerOutcome::rejected(rejection),
            };
        )+
        let $request = Request::from_parts(parts, body);
    };
}

macro_rules! invoke {
    ($($argument:ident),* ; $last:ident) => {
        #[diagnostic::do_not_recommend]
        #[allow(non_snake_case, unused_mut, reason = "the arguments are named by their types")]
        #[allow(clippy::manual_async_fn, reason = "an `async fn` would hold the request twice")]
        impl<F, Fut, R, S, M, $($argument,)* $last> Invoke<(M, $($argument,)* $last,), S> for F
        where
            F: FnOnce($($argument,)* $last) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = R> + Send,
            R: IntoResponse + 'static,
            S: Send + Sync + 'static,
            $($argument: FromRequestParts<S> + Send,)*
            $last: FromRequest<S, M> + Send,
        {
            fn invoke(self, request: Request, state: S) -> impl Future<Output = HandlerOutcome> + Send {
                async move {
                    extract!(request, state; $($argument),*);
                    let $last = match $last::from_request(request, &state).await {
                        Ok(value) => value,
                        Err(rejection) => return HandlerOutcome::rejected(rejection),
                    };
                    rendered(self($($argument,)* $last).await)
                }
            }
        }
    };
}

invoke!(; A1);
invoke!(A1; A2);
invoke!(A1, A2; A3);
invoke!(A1, A2, A3; A4);
invoke!(A1, A2, A3, A4; A5);
invoke!(A1, A2, A3, A4, A5; A6);
invoke!(A1, A2, A3, A4, A5, A6; A7);
invoke!(A1, A2, A3, A4, A5, A6, A7; A8);
invoke!(A1, A2, A3, A4, A5, A6, A7, A8; A9);
invoke!(A1, A2, A3, A4, A5, A6, A7, A8, A9; A10);
invoke!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10; A11);
invoke!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11; A12);
invoke!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12; A13);
invoke!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13; A14);
invoke!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14; A15);
invoke!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15; A16);

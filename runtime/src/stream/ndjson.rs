use crate::context::Call;
use crate::transform;
use crate::transform::in_call;
use crate::wire;
use crate::wire::Shape;
use crate::wire::to_json;
use axum::BoxError;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderValue, header};
use pin_project_lite::pin_project;
use serde::Serialize;
use std::any::type_name;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Answers the items of a stream as lines of JSON (`application/x-ndjson`), each in the shape of the served version.
///
/// An error breaks the body off, so that no client takes a part for the whole: the status has been sent long before.
/// So does an item that cannot be written. Lines that were made just before it may be lost with it. An error that
/// clients are to read is an item.
///
/// See [`stream`](crate::stream) for an example.
pub fn ndjson<S, T, E>(stream: S) -> Ndjson<S>
where
    S: Stream<Item = Result<T, E>> + Send + 'static,
    T: Serialize,
    E: Into<BoxError>,
{
    Ndjson { stream, call: Call::current() }
}

/// The answer of [`ndjson`].
#[must_use]
pub struct Ndjson<S> {
    stream: S,
    call: Call,
}

impl<S> fmt::Debug for Ndjson<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ndjson").field("stream", &type_name::<S>()).finish()
    }
}

impl<S, T, E> IntoResponse for Ndjson<S>
where
    S: Stream<Item = Result<T, E>> + Send + 'static,
    T: Shape + Serialize,
    E: Into<BoxError>,
{
    fn into_response(self) -> Response {
        let Self { stream, call } = self;
        // Made in a task that the handler spawned, or in another call, it learns here what call it belongs to.
        let lines = Lines { stream, call: call.unless_in_another(), ended: false };
        let mut response = Response::new(Body::from_stream(lines));
        let media_type = HeaderValue::from_static("application/x-ndjson");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        response
    }
}

pin_project! {
    struct Lines<S> {
        #[pin]
        stream: S,
        call: Call,
        ended: bool,
    }
}

impl<S, T, E> Stream for Lines<S>
where
    S: Stream<Item = Result<T, E>>,
    T: Shape + Serialize,
    E: Into<BoxError>,
{
    type Item = Result<Bytes, BoxError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        if *this.ended {
            return Poll::Ready(None);
        }
        let line = match ready!(this.call.enter(|| this.stream.poll_next(cx))) {
            Some(Ok(item)) => this.call.enter(|| line(&item)),
            Some(Err(error)) => Err(error.into()),
            None => {
                *this.ended = true;
                return Poll::Ready(None);
            }
        };
        *this.ended = line.is_err();
        Poll::Ready(Some(line))
    }
}

fn line<T: Shape + Serialize>(item: &T) -> Result<Bytes, BoxError> {
    in_call::<T>()?;
    let mut line = wire::as_served(|| to_json(item))
        .map_err(|error| transform::unserialisable(type_name::<T>(), &error))?;
    line.push(b'\n');
    Ok(line.into())
}

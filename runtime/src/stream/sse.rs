use crate::context::Call;
use crate::problem::Problem;
use crate::transform;
use crate::transform::in_call;
use crate::wire;
use crate::wire::Shape;
use crate::wire::to_json_text;
use axum::response::sse::{Event, Sse};
use futures_util::Stream;
use pin_project_lite::pin_project;
use serde::Serialize;
use std::any::type_name;
use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Answers the items of a stream as server-sent events, whose data is the item as JSON in the shape of the served
/// version.
///
/// It is axum's `Sse`: `keep_alive` is asked of it as always.
///
/// An error, or an item that cannot be written, becomes an event named `error`, whose data is the problem document,
/// and ends the stream. To stay connected, answer an error as an item.
///
/// ```
/// use futures_util::{Stream, StreamExt, stream};
/// use serde::Serialize;
/// use steadfast::axum::response::sse::Sse;
/// use steadfast::stream::{Events, sse};
/// use steadfast::{Problem, api_version, get, versioned};
///
/// #[versioned]
/// #[derive(Serialize)]
/// struct Tick {
///     #[renamed(in = "2024-12-18", was(n))]
///     number: u8,
/// }
///
/// #[get("/ticks")]
/// #[api_version(since = "2024-01-15")]
/// async fn ticks() -> Sse<Events<impl Stream<Item = Result<Tick, Problem>>>> {
///     sse(stream::iter(1..=3).map(|number| Ok(Tick { number })))
/// }
/// ```
pub fn sse<S, T, E>(stream: S) -> Sse<Events<S>>
where
    S: Stream<Item = Result<T, E>> + Send + 'static,
    T: Shape + Serialize,
    E: Into<Problem>,
{
    Sse::new(Events { stream, event: Plain, call: Call::current(), ended: false })
}

/// [`sse`] whose events have more than data: `event` says for an item what they are called, or their id.
///
/// ```
/// # use futures_util::{Stream, StreamExt, stream};
/// # use serde::Serialize;
/// use steadfast::axum::response::sse::{Event, Sse};
/// use steadfast::stream::{Events, sse_with};
/// # use steadfast::{Problem, api_version, get, versioned};
/// # #[versioned]
/// # #[derive(Serialize)]
/// # struct Tick {
/// #     #[renamed(in = "2024-12-18", was(n))]
/// #     number: u8,
/// # }
///
/// #[get("/ticks")]
/// #[api_version(since = "2024-01-15")]
/// async fn ticks() -> Sse<Events<impl Stream<Item = Result<Tick, Problem>>, impl Fn(&Tick) -> Event>> {
///     let ticks = stream::iter(1..=3).map(|number| Ok::<_, Problem>(Tick { number }));
///     sse_with(ticks, |tick: &Tick| Event::default().event("tick").id(tick.number.to_string()))
/// }
/// ```
///
/// # Panics
/// While the stream is polled, if `event` has set the data: the item is the data.
pub fn sse_with<S, T, E, F>(stream: S, event: F) -> Sse<Events<S, F>>
where
    S: Stream<Item = Result<T, E>> + Send + 'static,
    T: Shape + Serialize,
    E: Into<Problem>,
    F: Fn(&T) -> Event + Send + 'static,
{
    Sse::new(Events { stream, event, call: Call::current(), ended: false })
}

/// An event for an item; it has no data yet.
trait Dress<T> {
    fn event(&self, item: &T) -> Event;
}

/// Events that have only data.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl<T> Dress<T> for Plain {
    fn event(&self, _: &T) -> Event {
        Event::default()
    }
}

impl<T, F: Fn(&T) -> Event> Dress<T> for F {
    fn event(&self, item: &T) -> Event {
        self(item)
    }
}

pin_project! {
    /// The events of [`sse`].
    #[must_use]
    pub struct Events<S, F = Plain> {
        #[pin]
        stream: S,
        event: F,
        call: Call,
        ended: bool,
    }
}

impl<S, F> fmt::Debug for Events<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("stream", &type_name::<S>()).finish_non_exhaustive()
    }
}

#[allow(private_bounds, reason = "`Plain` and functions, and nothing else")]
impl<S, F, T, E> Stream for Events<S, F>
where
    S: Stream<Item = Result<T, E>>,
    F: Dress<T>,
    T: Shape + Serialize,
    E: Into<Problem>,
{
    type Item = Result<Event, Infallible>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        if *this.ended {
            return Poll::Ready(None);
        }
        // Made in a task that the handler spawned, or in another call, it learns here what call it belongs to.
        let call = this.call.unless_in_another();
        let event = match ready!(call.enter(|| this.stream.poll_next(cx))) {
            Some(Ok(item)) => call.enter(|| told(this.event.event(&item), &item)),
            Some(Err(error)) => Err(error.into()),
            None => {
                *this.ended = true;
                return Poll::Ready(None);
            }
        };
        *this.ended = event.is_err();
        let event = event.unwrap_or_else(|problem| call.enter(|| failure(&problem)));
        Poll::Ready(Some(Ok(event)))
    }
}

fn told<T: Shape + Serialize>(event: Event, item: &T) -> Result<Event, Problem> {
    in_call::<T>()?;
    wire::as_served(|| to_json_text(item))
        .map(|text| event.data(text))
        .map_err(|error| transform::unserialisable(type_name::<T>(), &error))
}

fn failure(problem: &Problem) -> Event {
    // A problem can always be written.
    let event = Event::default().event("error").json_data(problem);
    event.unwrap_or_else(|_| Event::default().event("error"))
}

//! Answers that go on after the handler, item by item, each in the shape of the version that the request was served at.
//!
//! The items of a stream are made and written when the handler has long returned. [`ndjson`] and [`sse`] take the
//! version along: a `#[versioned]` item has the shape of the client's version, and whatever asks for the version while
//! the stream is polled, such as a [`Problem`](crate::Problem), is told the same. What the stream stores, it stores as
//! the head.
//!
//! An answer of unknown length is not kept by [`#[idempotent]`](macro@crate::idempotent): a retry hears that the
//! operation is done (410 `response-unavailable`), and not the stream once more.
//!
//! ```
//! use futures_util::{Stream, StreamExt, stream};
//! use serde::Serialize;
//! use std::convert::Infallible;
//! use steadfast::stream::{Ndjson, ndjson};
//! use steadfast::{api_version, get, versioned};
//!
//! #[versioned]
//! #[derive(Serialize)]
//! struct Tick {
//!     #[renamed(in = "2024-12-18", was(n))]
//!     number: u8,
//! }
//!
//! // Clients of 2024-01-15 see `{"n":1}`.
//! #[get("/ticks")]
//! #[api_version(since = "2024-01-15")]
//! async fn ticks() -> Ndjson<impl Stream<Item = Result<Tick, Infallible>>> {
//!     ndjson(stream::iter(1..=3).map(|number| Ok(Tick { number })))
//! }
//! ```

mod ndjson;
mod sse;

pub use ndjson::{Ndjson, ndjson};
pub use sse::{Events, Plain, sse, sse_with};

//! Sockets whose messages have the shape of the version that the connection began with.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use steadfast::socket::{Error, Typed, Upgrade, Upgraded};
//! use steadfast::{api_version, get, versioned};
//!
//! #[versioned]
//! #[derive(Serialize, Deserialize)]
//! struct Quote {
//!     #[renamed(in = "2024-12-18", was(sum))]
//!     total: u64,
//! }
//!
//! // Clients of 2024-01-15 send and see `{"sum":1}`.
//! #[get("/quotes")]
//! #[api_version(since = "2024-01-15")]
//! async fn quotes(upgrade: Upgrade<Quote, Quote>) -> Upgraded {
//!     upgrade.on_upgrade(double)
//! }
//!
//! async fn double(mut socket: Typed<Quote, Quote>) {
//!     while let Some(received) = socket.recv().await {
//!         let quote = match received {
//!             Ok(quote) => Quote { total: quote.total * 2 },
//!             Err(Error::Malformed(_)) => continue,
//!             Err(_) => break,
//!         };
//!         if socket.send(&quote).await.is_err() {
//!             break;
//!         }
//!     }
//! }
//! ```

use crate::context::Call;
use crate::transform::{self, BodyRejection, in_call};
use crate::wire;
use crate::wire::Shape;
use crate::wire::to_json_text;
use axum::extract::FromRequestParts;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

/// The request to become a [`Typed`] socket, like axum's `WebSocketUpgrade`, whose rejections it has.
#[must_use]
pub struct Upgrade<In, Out> {
    request: WebSocketUpgrade,
    call: Call,
    messages: PhantomData<fn(Out) -> In>,
}

impl<In, Out> fmt::Debug for Upgrade<In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Upgrade").field(&self.request).finish()
    }
}

impl<In, Out, S: Send + Sync> FromRequestParts<S> for Upgrade<In, Out> {
    type Rejection = WebSocketUpgradeRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebSocketUpgradeRejection> {
        let request = WebSocketUpgrade::from_request_parts(parts, state).await?;
        Ok(Self { request, call: Call::current(), messages: PhantomData })
    }
}

impl<In: 'static, Out: 'static> Upgrade<In, Out> {
    /// Sets what axum's upgrade lets one set: protocols, or limits of messages.
    pub fn configure(self, set: impl FnOnce(WebSocketUpgrade) -> WebSocketUpgrade) -> Self {
        Self { request: set(self.request), ..self }
    }

    /// Answers with the handshake; `serve` runs when the socket is open, in a task of its own, and knows the version as
    /// the handler does.
    pub fn on_upgrade<F, Fut>(self, serve: F) -> Upgraded
    where
        F: FnOnce(Typed<In, Out>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let Self { request, call, .. } = self;
        Upgraded(request.on_upgrade(move |socket| {
            let socket = Typed { socket, call, messages: PhantomData };
            call.scope(async move { serve(socket).await })
        }))
    }
}

/// The response to a request that becomes a [`Typed`] socket.
#[derive(Debug)]
#[must_use]
pub struct Upgraded(Response);

impl IntoResponse for Upgraded {
    fn into_response(self) -> Response {
        self.0
    }
}

/// A socket that reads messages `In` and writes messages `Out`, as JSON in the shape of the version it began with.
pub struct Typed<In, Out> {
    socket: WebSocket,
    call: Call,
    messages: PhantomData<fn(Out) -> In>,
}

impl<In, Out> fmt::Debug for Typed<In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Typed").field(&self.socket).finish()
    }
}

impl<In: Shape + DeserializeOwned, Out: Shape + Serialize> Typed<In, Out> {
    /// The next message, text or binary; `None` when the socket is closed. Pings are answered by the way.
    ///
    /// After [`Error::Malformed`] the socket is as open as before. It is safe to be cancelled.
    pub async fn recv(&mut self) -> Option<Result<In, Error>> {
        loop {
            let message = match self.socket.recv().await? {
                Ok(Message::Text(text)) => text.into(),
                Ok(Message::Binary(bytes)) => bytes,
                Ok(Message::Ping(_) | Message::Pong(_)) => continue,
                Ok(Message::Close(_)) => return None,
                Err(error) => return Some(Err(Error::Connection(error))),
            };
            let read = self.call.enter(|| {
                in_call::<In>()?;
                wire::as_served(|| transform::parse(&message))
            });
            return Some(read.map_err(Error::Malformed));
        }
    }

    /// Sends a message, as text.
    ///
    /// # Errors
    /// [`Error::Unwritable`], after which the socket is as open as before, or [`Error::Connection`].
    pub async fn send(&mut self, message: &Out) -> Result<(), Error> {
        let text = self.call.enter(|| {
            in_call::<Out>().map_err(serde_json::Error::custom)?;
            wire::as_served(|| to_json_text(message))
        });
        let text = text.map_err(|error| {
            drop(transform::unserialisable(type_name::<Out>(), &error));
            Error::Unwritable(error)
        })?;
        self.socket.send(Message::Text(text.into())).await.map_err(Error::Connection)
    }

    /// Closes the socket, with a reason if there is one.
    ///
    /// # Errors
    /// [`Error::Connection`].
    pub async fn close(mut self, reason: Option<CloseFrame>) -> Result<(), Error> {
        self.socket.send(Message::Close(reason)).await.map_err(Error::Connection)
    }

    /// The socket under it, for messages that are not JSON.
    pub fn socket(&mut self) -> &mut WebSocket {
        &mut self.socket
    }
}

/// Why a message was not received or sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// What the client sent does not have the shape of its version; the rejection names the place in its own field
    /// names.
    Malformed(BodyRejection),
    /// The message to be sent cannot be written as JSON.
    Unwritable(serde_json::Error),
    /// The connection failed.
    Connection(axum::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(rejection) => rejection.fmt(f),
            Self::Unwritable(error) => write!(f, "a message cannot be written: {error}"),
            Self::Connection(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed(rejection) => Some(rejection),
            Self::Unwritable(error) => Some(error),
            Self::Connection(error) => Some(error),
        }
    }
}

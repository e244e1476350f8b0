//! Bodies that are written after the handler.

use crate::context::Context;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{self, Poll};

/// Lets the body of a response, if it is a stream, be written inside the call: what writes it knows the version then.
pub(crate) fn scope_body(response: &mut Response, call: Context) {
    if (call.served.is_some() || call.is_unsaid()) && response.body().size_hint().exact().is_none() {
        let body = std::mem::take(response.body_mut());
        *response.body_mut() = Body::new(ScopedBody { call, body });
    }
}

pin_project! {
    struct ScopedBody {
        call: Context,
        #[pin]
        body: Body,
    }
}

impl http_body::Body for ScopedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.project();
        this.call.enter(|| this.body.poll_frame(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

use super::Disposition;
use axum::response::Response;
use bytes::Bytes;
use std::fmt;
use std::time::Duration;

/// The facts about its operation that a response carries beside what its client sees; the one response extension of an
/// idempotent handler besides its rendered body.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResponseFacts {
    /// The effect, where the status does not tell it.
    pub(crate) disposition: Option<Disposition>,
    /// How long the response is replayed.
    pub(crate) ttl: Option<Duration>,
    /// The id by which a replay finds its body again.
    pub(crate) reference: Option<ReferenceId>,
    /// The request was rejected before the handler was entered.
    pub(crate) rejected: bool,
    /// It has headers in the shape of its version, which cannot be translated to another.
    pub(crate) has_shaped_headers: bool,
    /// The response stands in the place of one that could not be rendered.
    pub(crate) unrendered: bool,
}

/// The id by which a replay finds its body again.
#[derive(Clone)]
pub(crate) struct ReferenceId {
    /// The id as JSON; `None` if it cannot be written.
    pub(crate) id: Option<Bytes>,
    /// A hash of its type.
    pub(crate) shape: u64,
}

impl fmt::Debug for ReferenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReferenceId").field("shape", &self.shape).finish_non_exhaustive()
    }
}

impl ResponseFacts {
    /// Returns the facts of a response, to add to them.
    pub(crate) fn of(response: &mut Response) -> &mut Self {
        response.extensions_mut().get_or_insert_default::<ResponseFacts>()
    }

    /// Takes the facts out of a response.
    pub(crate) fn take(response: &mut Response) -> Self {
        response.extensions_mut().remove().unwrap_or_default()
    }
}

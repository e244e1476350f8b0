use super::{Disposition, ResponseFacts};
use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// The outcome of a handler's call.
#[derive(Debug)]
pub struct HandlerOutcome {
    pub(crate) response: Response,
    /// The status that the handler decided on. Clients of older versions may see another.
    pub(crate) status: StatusCode,
    pub(crate) effect: Effect,
    pub(crate) facts: ResponseFacts,
}

/// The effect of a handler's call on its operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// An extractor rejected the request. The handler was not entered.
    Rejected,
    /// The handler returned, and its status tells.
    ByStatus,
    /// The handler returned, and reported this.
    Reported(Disposition),
    /// A lost execution was found to have been done.
    Recovered,
    /// The handler returned, and its response could not be rendered. What the handler did has happened.
    Unrendered,
}

impl HandlerOutcome {
    /// An extractor rejected the request with this response.
    pub(crate) fn rejected(rejection: impl IntoResponse) -> Self {
        let mut response = rejection.into_response();
        ResponseFacts::take(&mut response);
        Self::new(response, Effect::Rejected, ResponseFacts::default())
    }

    /// The handler returned, and this is its response.
    pub(crate) fn returned(mut response: Response) -> Self {
        let facts = ResponseFacts::take(&mut response);
        if facts.unrendered {
            // A status that was put over the response does not make it rendered.
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
        let effect = match facts.disposition {
            _ if facts.rejected => Effect::Rejected,
            _ if facts.unrendered => Effect::Unrendered,
            Some(disposition) => Effect::Reported(disposition),
            None => Effect::ByStatus,
        };
        Self::new(response, effect, facts)
    }

    /// A lost execution was found to have been done, with this response.
    pub(crate) fn recovered(response: Response) -> Self {
        let outcome = Self::returned(response);
        let effect =
            if outcome.effect == Effect::Unrendered { Effect::Unrendered } else { Effect::Recovered };
        Self { effect, ..outcome }
    }

    /// The handler returned, and its response could not be rendered: this one stands in its place.
    pub(crate) fn unrendered(response: Response) -> Self {
        Self::new(response, Effect::Unrendered, ResponseFacts::default())
    }

    /// Takes the facts that were added to the response since.
    pub(crate) fn refresh(&mut self) {
        if ResponseFacts::take(&mut self.response).unrendered {
            self.effect = Effect::Unrendered;
        }
    }

    /// Adds the effect that the handler's value reports.
    pub(crate) fn reporting(mut self, disposition: Option<Disposition>) -> Self {
        if let (Some(disposition), Effect::ByStatus | Effect::Reported(_)) = (disposition, self.effect) {
            self.effect = Effect::Reported(disposition);
        }
        self
    }

    fn new(response: Response, effect: Effect, facts: ResponseFacts) -> Self {
        Self { status: response.status(), response, effect, facts }
    }
}

//! What all paths of an API share.

use crate::context::Context;
use crate::response_headers::keep_from_shared_caches;
use crate::response_headers::lifecycle::{AfterSunset, Ends, Lifecycle};
use crate::response_headers::links::Templates;
use crate::response_headers::version_headers::EndpointHeaders;
use crate::version::pin::ErasedSeesPreviews;
use crate::version::resolve::{self, Refused};
use crate::version::source::{Form, Named, Place, Reading};
use crate::version::{ApiVersions, VersionPolicy};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::HeaderName;
use http::request::Parts;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Clock;
use steadfast_core::{Date, Release, Timeline};

pub(crate) struct Settings<V, S> {
    pub(crate) timeline: &'static Timeline,
    pub(crate) policy: VersionPolicy<V, S>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) previews: Previews<S>,
    pub(crate) after_sunset: AfterSunset,
    pub(crate) problem_base: &'static str,
    /// For answers that come from no endpoint.
    pub(crate) headers: Arc<EndpointHeaders>,
    pub(crate) templates: Arc<Templates>,
}

/// Whether versions that are declared `preview` answer.
pub(crate) enum Previews<S> {
    Off,
    On,
    /// To whom this says so; the headers that it depends on.
    If(Vec<HeaderName>, Box<dyn ErasedSeesPreviews<S>>),
}

/// The version that a request is served at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolved {
    pub(crate) position: usize,
    /// How the request's media type named it.
    pub(crate) form: Option<Form>,
    /// Whether it depends on who the caller is.
    pub(crate) is_of_caller: bool,
}

/// What can be told without asking anybody.
pub(crate) enum Told {
    At(Resolved),
    Refused(Refused),
    /// The pin, or who says whether previews are seen, must be asked.
    Ask(Option<Named>),
}

impl<V: ApiVersions, S> Settings<V, S> {
    pub(crate) fn context(&self, served: Option<usize>) -> Context {
        Context::new(self.timeline, served, self.problem_base)
    }

    fn reading(&self) -> Reading {
        // Who may see previews is asked later, and only if one is named.
        Reading { previews: !matches!(self.previews, Previews::Off), ..self.policy.reading }
    }

    /// Whether clients are told of previews.
    pub(crate) fn lists_previews(&self) -> bool {
        matches!(self.previews, Previews::On)
    }

    /// Reads the version of a request; `path` is the one that its path names.
    pub(crate) fn tell(&self, request: &Request, path: Option<Date>) -> Told {
        let reading = self.reading();
        let named = self.policy.read(self.timeline, request.headers(), request.uri(), path, reading);
        match named {
            Ok(Some(named)) => match resolve::serve(self.timeline, named, reading) {
                Ok(position)
                    if self.timeline.releases[position].preview
                        && matches!(self.previews, Previews::If(..)) =>
                {
                    Told::Ask(Some(named))
                }
                Ok(position) => Told::At(self.resolved(position, named.place)),
                Err(refused) => Told::Refused(refused),
            },
            Ok(None) if self.policy.pin.is_some() => Told::Ask(None),
            Ok(None) => match self.default_version() {
                Ok(resolved) => Told::At(resolved),
                Err(refused) => Told::Refused(refused),
            },
            Err(refused) => Told::Refused(refused),
        }
    }

    /// Asks whoever must be asked about the caller.
    pub(crate) async fn ask(
        &self,
        named: Option<Named>,
        parts: &mut Parts,
        state: &S,
    ) -> Result<Resolved, Answered> {
        // Also where a caller has no pin: another one may have.
        Ok(Resolved { is_of_caller: true, ..self.asked(named, parts, state).await? })
    }

    async fn asked(&self, named: Option<Named>, parts: &mut Parts, state: &S) -> Result<Resolved, Answered> {
        let mut reading = self.reading();
        let context = self.context(None);
        let named = match (named, &self.policy.pin) {
            (Some(named), _) => named,
            (None, Some((_, pin))) => match context.scope(pin.pin(parts, state)).await? {
                Some(date) => Named { date, place: Place::Pin },
                None => return Ok(self.default_version()?),
            },
            (None, None) => return Ok(self.default_version()?),
        };
        let position = resolve::serve(self.timeline, named, reading)?;
        if self.timeline.releases[position].preview
            && let Previews::If(_, sees) = &self.previews
            && !context.scope(sees.sees(parts, state)).await?
        {
            reading.previews = false;
            // A media type may name other versions beside the preview.
            let path = (named.place == Place::Path).then_some(named.date);
            let again = self.policy.read(self.timeline, &parts.headers, &parts.uri, path, reading)?;
            let named = again.unwrap_or(named);
            let position = resolve::serve(self.timeline, named, reading)?;
            return Ok(self.resolved(position, named.place));
        }
        Ok(self.resolved(position, named.place))
    }

    fn default_version(&self) -> Result<Resolved, Refused> {
        let version = self.policy.default.ok_or_else(|| self.policy.unspecified())?;
        Ok(self.resolved(version.position(), Place::Pin))
    }

    fn resolved(&self, position: usize, place: Place) -> Resolved {
        let form = match place {
            Place::Accept(form) | Place::ContentType(form) => Some(form),
            _ => None,
        };
        Resolved { position: self.forwarded(position), form, is_of_caller: false }
    }

    /// The oldest version that is still served, for who names one that is not and is to fall forward.
    fn forwarded(&self, position: usize) -> usize {
        let releases = self.timeline.releases;
        if !matches!(self.after_sunset, AfterSunset::FallForward) || releases[position].sunset.is_none() {
            return position;
        }
        let now = self.clock.now();
        let over = |position: usize| {
            Ends::of(&releases[position], Lifecycle::default()).is_some_and(|ends| ends.is_over(now))
        };
        if !over(position) {
            return position;
        }
        let live = |later: &usize| !releases[*later].preview && !over(*later);
        (position + 1..releases.len()).find(live).unwrap_or(position)
    }

    /// The answer to a request whose version cannot be told.
    pub(crate) fn refuse(&self, refused: Refused) -> Response {
        let problem = refused.problem(&self.supported());
        let mut response = self.context(None).enter(|| problem.into_response());
        self.headers.api.vary.apply(response.headers_mut());
        response
    }

    /// The dates a client can ask for, oldest first.
    pub(crate) fn supported(&self) -> Vec<String> {
        let now = self.now();
        let live = |release: &&Release| {
            !Ends::of(release, Lifecycle::default()).is_some_and(|ends| ends.is_over(now))
        };
        let shown = |release: &&Release| matches!(self.previews, Previews::On) || !release.preview;
        let releases = self.timeline.releases.iter().filter(live).filter(shown);
        releases.map(|release| release.date.to_string()).collect()
    }

    /// The answer of who was asked about the caller.
    pub(crate) fn answer(&self, answered: Answered) -> Response {
        match answered {
            Answered::Refused(refused) => self.refuse(refused),
            Answered::Rejected(mut rejection) => {
                self.headers.api.vary.apply(rejection.headers_mut());
                keep_from_shared_caches(rejection.headers_mut());
                *rejection
            }
        }
    }

    pub(crate) fn now(&self) -> Duration {
        self.clock.now()
    }
}

/// Why asking led to no version.
pub(crate) enum Answered {
    Refused(Refused),
    /// By an extractor.
    Rejected(Box<Response>),
}

impl From<Refused> for Answered {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Response> for Answered {
    fn from(rejection: Response) -> Self {
        Self::Rejected(Box::new(rejection))
    }
}

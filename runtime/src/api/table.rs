//! The endpoints of one path, by method and version.

use crate::endpoint::EndpointService;
use crate::endpoint::{Made, Method, Range, Registered};
use crate::guard::Guard;
use crate::response_headers::version_headers::{ApiHeaders, EndpointHeaders};
use http::HeaderValue;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::{Date, Timeline};

/// An endpoint that some versions have.
pub(crate) struct Slot<S> {
    pub(crate) made: Made<S>,
    /// The path of the handler.
    pub(crate) name: &'static str,
}

/// The endpoints of one method.
pub(crate) enum Row<S> {
    Neutral(Arc<dyn EndpointService<S>>),
    Versioned {
        slots: Vec<Slot<S>>,
        /// The headers of the same endpoints, in the same order.
        headers: Arc<EndpointHeaders>,
    },
}

/// The endpoints of one path.
pub(crate) struct Table<S> {
    pub(crate) path: &'static str,
    /// By method.
    rows: [Option<Row<S>>; Method::ALL.len()],
}

impl<S> Table<S> {
    pub(crate) fn new(
        path: &'static str,
        endpoints: Vec<Registered<S>>,
        guard: Option<&Arc<Guard>>,
        of_api: &Arc<ApiHeaders>,
    ) -> Self {
        let mut by_method: [Vec<Registered<S>>; Method::ALL.len()] = Default::default();
        for endpoint in endpoints {
            by_method[endpoint.meta.method as usize].push(endpoint);
        }
        Self { path, rows: by_method.map(|endpoints| row(endpoints, guard, of_api)) }
    }

    fn get(&self, method: Method) -> Option<&Row<S>> {
        self.rows[method as usize].as_ref()
    }

    /// The neutral endpoint of a method. A HEAD without an endpoint of its own is a GET whose body axum leaves out.
    pub(crate) fn neutral(&self, method: Option<Method>) -> Option<&Arc<dyn EndpointService<S>>> {
        let row = match method? {
            Method::Head => self.get(Method::Head).or_else(|| self.get(Method::Get)),
            method => self.get(method),
        };
        match row? {
            Row::Neutral(call) => Some(call),
            Row::Versioned { .. } => None,
        }
    }

    /// The endpoint of a method at a version, and the headers of its answers.
    pub(crate) fn slot(
        &self,
        method: Option<Method>,
        position: usize,
    ) -> Option<(&Slot<S>, &Arc<EndpointHeaders>)> {
        let slot = |method: Method| match self.get(method)? {
            Row::Versioned { slots, headers } => Some((slots.get(headers.endpoint_at(position)?)?, headers)),
            Row::Neutral(_) => None,
        };
        match method? {
            Method::Head => slot(Method::Head).or_else(|| slot(Method::Get)),
            method => slot(method),
        }
    }

    /// Whether a method of this path depends on the version.
    pub(crate) fn has_versions(&self) -> bool {
        self.rows.iter().flatten().any(|row| matches!(row, Row::Versioned { .. }))
    }

    /// Whether a method of this path looks at no version.
    pub(crate) fn has_neutral(&self) -> bool {
        self.rows.iter().flatten().any(|row| matches!(row, Row::Neutral(_)))
    }

    /// Whether anything answers here, in this version.
    pub(crate) fn answers_at(&self, position: usize) -> bool {
        self.rows.iter().flatten().any(|row| match row {
            Row::Neutral(_) => true,
            Row::Versioned { headers, .. } => headers.endpoint_at(position).is_some(),
        })
    }

    /// The methods of this path in a version (RFC 9110 section 10.2.1), with those that every resource has; `None` if
    /// there are none. `None` for the version leaves out what depends on one.
    pub(crate) fn allow(&self, position: Option<usize>) -> Option<HeaderValue> {
        let answers = |method: Method| match self.get(method) {
            Some(Row::Neutral(_)) => true,
            Some(Row::Versioned { headers, .. }) => {
                position.is_some_and(|position| headers.endpoint_at(position).is_some())
            }
            None => false,
        };
        if !Method::ALL.into_iter().any(answers) {
            return None;
        }
        let allowed = |method: Method| match method {
            Method::Head => answers(Method::Head) || answers(Method::Get),
            Method::Options => true,
            method => answers(method),
        };
        let names: Vec<&str> =
            Method::ALL.into_iter().filter(|method| allowed(*method)).map(Method::as_str).collect();
        HeaderValue::try_from(names.join(", ")).ok()
    }

    /// The versions in which a method of this path is still served.
    pub(crate) fn live(
        &self,
        method: Option<Method>,
        timeline: &Timeline,
        previews: bool,
        now: Duration,
    ) -> Vec<String> {
        let served = |position: &usize| {
            self.slot(method, *position)
                .is_some_and(|(_, headers)| !headers.ends(*position).is_some_and(|ends| ends.is_over(now)))
                && (previews || !timeline.releases[*position].preview)
        };
        let positions = (0..timeline.releases.len()).filter(served);
        positions.map(|position| timeline.releases[position].date.to_string()).collect()
    }
}

fn row<S>(
    endpoints: Vec<Registered<S>>,
    guard: Option<&Arc<Guard>>,
    of_api: &Arc<ApiHeaders>,
) -> Option<Row<S>> {
    if endpoints.is_empty() {
        return None;
    }
    let before = |date: Date| of_api.timeline.releases.partition_point(|release| release.date < date);
    let (mut slots, mut spans) = (Vec::new(), Vec::new());
    for endpoint in endpoints {
        let meta = endpoint.meta;
        let made = endpoint.into_made(guard.cloned());
        let Range::Versions { since, until, gap: _ } = meta.range else {
            return Some(Row::Neutral(Arc::clone(made.newest())));
        };
        spans.push((before(since)..until.map_or(of_api.timeline.releases.len(), before), meta.lifecycle()));
        slots.push(Slot { made, name: meta.name });
    }
    let headers = Arc::new(EndpointHeaders::new(of_api, spans.into_iter()));
    Some(Row::Versioned { slots, headers })
}

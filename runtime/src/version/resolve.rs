//! From what a request names to a declared version: rules that need nothing but the timeline.

use super::source::{Named, Place, Reading};
use crate::problem::{Kind, Problem};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use std::borrow::Cow;
use steadfast_core::{Date, Timeline};

/// Why a request is served at no version.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    kind: Kind,
    detail: Cow<'static, str>,
    requested: Option<Date>,
}

impl Refused {
    pub(crate) fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into(), requested: None }
    }

    #[cfg(test)]
    pub(in crate::version) fn kind(&self) -> Kind {
        self.kind
    }

    /// The answer, with the `supported` dates a client can ask for. It must not be kept by a cache.
    pub(crate) fn problem(self, supported: &[String]) -> Problem {
        let mut problem = self.kind.because(self.detail);
        if let Some(requested) = self.requested {
            problem = problem.member("requested", requested.to_string());
        }
        problem
            .member("supported", supported.to_vec())
            .header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
    }
}

/// The version that is served to who names `named`, by position.
pub(crate) fn serve(timeline: &Timeline, named: Named, reading: Reading) -> Result<usize, Refused> {
    let Named { date: requested, place } = named;
    let refuse = |why: &str| {
        let kind = match place {
            Place::Accept(_) => Kind::VersionNotAcceptable,
            Place::ContentType(_) => Kind::VersionMediaTypeUnsupported,
            _ => Kind::UnsupportedVersion,
        };
        let detail = format!("{requested} {why}.").into();
        Err(Refused { kind, detail, requested: Some(requested) })
    };
    let served = timeline.served(requested);
    let since = |position: usize| timeline.releases[position].date;
    let removed = timeline.removed.iter().rev().find(|removed| **removed <= requested);
    if let Some(removed) = removed
        && served.is_none_or(|position| since(position) < *removed)
    {
        return Err(Refused {
            kind: Kind::VersionRemoved,
            detail: format!("{removed} was served once and is no more.").into(),
            requested: Some(requested),
        });
    }
    let Some(mut position) = served else {
        return refuse("is earlier than the first version");
    };
    if reading.strict && since(position) != requested {
        return refuse("is not the day of a version, and only those are served here");
    }
    while timeline.releases[position].preview && !reading.previews {
        if since(position) == requested {
            return refuse("is a preview, and previews are not switched on here");
        }
        // Every timeline begins with a public version.
        position = position.saturating_sub(1);
    }
    let newest = timeline.releases[position + 1..].iter().all(|release| release.preview);
    if reading.reject_future && newest && since(position) < requested {
        return refuse("is later than the newest version");
    }
    Ok(position)
}

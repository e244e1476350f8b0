//! Where a request can name the version it wants.
//!
//! Each place is a type of its own, and [`Sources`] is what `or` joins them to. Every place reads the request into a
//! [`Named`], and nothing else: what a date means is `resolve`'s.

mod header;
mod media_type;
mod path_segment;
mod query_param;
mod sources;

pub use header::{Header, RequestHeaders};
pub use media_type::MediaType;
pub(crate) use media_type::{Form, Media};
pub use path_segment::PathSegment;
pub use query_param::QueryParam;
pub(crate) use query_param::{with_target, without};
pub use sources::{Joins, Kinds, Once, Sources, Unpinned, Unused};

use super::resolve::Refused;
use http::{HeaderMap, HeaderName, Uri};
use steadfast_core::{Date, Timeline};

/// A place, as it is asked at run time. That of a path is not among them: it is part of the route.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Header(HeaderName),
    Query(&'static str),
    Media(Media),
    /// The text before the segment.
    Path(&'static str),
}

/// The version that a request names in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) date: Date,
    pub(crate) place: Place,
}

/// Where a version was named, for what the answer must say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Field,
    Query,
    Path,
    Accept(Form),
    ContentType(Form),
    Pin,
}

impl Source {
    /// What the request names here; `None` if it says nothing here.
    pub(crate) fn read(
        &self,
        timeline: &Timeline,
        headers: &HeaderMap,
        uri: &Uri,
        reading: Reading,
    ) -> Result<Option<Named>, Refused> {
        match self {
            Self::Header(name) => header::read(name, headers),
            Self::Query(name) => query_param::read(name, uri),
            Self::Media(media) => media.read(timeline, headers, reading),
            Self::Path(_) => Ok(None),
        }
    }

    /// Where to name a version, for who did not.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Header(name) => format!("the header `{name}`"),
            Self::Query(name) => format!("the query parameter `{name}`"),
            Self::Media(media) => format!("the media type `{}`", media.text()),
            Self::Path(prefix) => format!("the path, as in `{prefix}/{{version}}/…`"),
        }
    }
}

/// How a date is matched with the timeline. A place that offers several must know which of them are served.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading {
    /// Only the days of versions are served.
    pub(crate) strict: bool,
    /// Nothing after the newest version is served.
    pub(crate) reject_future: bool,
    /// Previews are served, to who names their very day or a later one.
    pub(crate) previews: bool,
}

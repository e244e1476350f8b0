use super::pin::HeadersAndPin;
use super::source::{Media, Named, Place, Reading, Source};
use crate::problem::Kind;
use crate::version::resolve::Refused;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Uri};
use std::fmt;
use steadfast_core::{Date, Timeline, wire};

/// Where the version of a request comes from, and what happens if it does not say.
///
/// Made from the places a version can be named in: [`Header`](super::Header), [`QueryParam`](super::QueryParam),
/// [`PathSegment`](super::PathSegment), [`MediaType`](super::MediaType). An explicit version beats the pin, and the pin
/// beats the default. The newest version is never served by accident: it must be written.
///
/// ```
/// use steadfast::{ApiVersions, Header, QueryParam, VersionPolicy};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15")]
///     V2024_01_15,
/// }
///
/// let policy: VersionPolicy<Version, ()> =
///     Header("Api-Version").or(QueryParam("api-version")).or_reject().strict();
/// ```
pub struct VersionPolicy<V, S> {
    pub(crate) sources: Vec<Source>,
    pub(crate) pin: Option<HeadersAndPin<V, S>>,
    pub(crate) default: Option<V>,
    pub(crate) reading: Reading,
    /// The header in which answers name their version.
    pub(crate) echo: HeaderName,
}

impl<V, S> VersionPolicy<V, S> {
    pub(super) fn new(sources: Vec<Source>, pin: Option<HeadersAndPin<V, S>>, default: Option<V>) -> Self {
        let header = sources.iter().find_map(|source| match source {
            Source::Header(name) => Some(name.clone()),
            _ => None,
        });
        let echo = header.unwrap_or(HeaderName::from_static(wire::API_VERSION));
        Self { sources, pin, default, reading: Reading::default(), echo }
    }

    /// Serves the days of versions only: any other date is 400 `unsupported-version`.
    ///
    /// Without it the greatest version not after the date is served.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.reading.strict = true;
        self
    }

    /// Refuses dates after the newest version: 400 `unsupported-version`.
    ///
    /// Without it they are served the newest version, which makes them a moving target.
    #[must_use]
    pub fn reject_future(mut self) -> Self {
        self.reading.reject_future = true;
        self
    }

    /// The version that the request names, in whichever places; different ones are ambiguous.
    pub(crate) fn read(
        &self,
        timeline: &Timeline,
        headers: &HeaderMap,
        uri: &Uri,
        path: Option<Date>,
        reading: Reading,
    ) -> Result<Option<Named>, Refused> {
        let mut found = path.map(|date| Named { date, place: Place::Path });
        for source in &self.sources {
            let Some(named) = source.read(timeline, headers, uri, reading)? else { continue };
            match found {
                Some(other) if other.date != named.date => {
                    return Err(Refused::new(
                        Kind::AmbiguousVersion,
                        format!("the request names {} and {}", other.date, named.date),
                    ));
                }
                // The media type decides about that of the answer.
                Some(other) if !matches!(named.place, Place::Accept(_) | Place::ContentType(_)) => {
                    found = Some(other);
                }
                _ => found = Some(named),
            }
        }
        Ok(found)
    }

    /// The request names no version, and there is no other way to tell.
    pub(crate) fn unspecified(&self) -> Refused {
        let places: Vec<String> = self.sources.iter().map(Source::describe).collect();
        Refused::new(Kind::UnspecifiedVersion, format!("name the version in {}", places.join(", or in ")))
    }

    /// The query parameter that the handler does not see.
    pub(crate) fn query_param(&self) -> Option<&'static str> {
        self.sources.iter().find_map(|source| match source {
            Source::Query(name) => Some(*name),
            _ => None,
        })
    }

    /// The media type that names the version.
    pub(crate) fn media(&self) -> Option<Media> {
        self.sources.iter().find_map(|source| match source {
            Source::Media(media) => Some(*media),
            _ => None,
        })
    }

    /// The text before a version in a path.
    pub(crate) fn path_prefix(&self) -> Option<&'static str> {
        self.sources.iter().find_map(|source| match source {
            Source::Path(prefix) => Some(*prefix),
            _ => None,
        })
    }

    /// The request headers that the served version depends on.
    pub(crate) fn vary(&self) -> impl Iterator<Item = HeaderName> {
        let of_sources = self.sources.iter().flat_map(|source| match source {
            Source::Header(name) => vec![name.clone()],
            Source::Media(_) => vec![ACCEPT, CONTENT_TYPE],
            Source::Query(_) | Source::Path(_) => Vec::new(),
        });
        of_sources.chain(self.pin.iter().flat_map(|(names, _)| names.clone()))
    }
}

/// What comes after the end of a policy.
#[diagnostic::on_unimplemented(
    message = "the policy has ended already",
    label = "`or_reject` or `or_default` stands before this",
    note = "places come first, then at most one pin, and last either `.or_reject()` or `.or_default(version)`"
)]
pub trait Open {}

/// So that a second end is told so, and not that there is no such method.
#[doc(hidden)]
#[allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    clippy::return_self_not_must_use,
    reason = "never called"
)]
impl<V, S> VersionPolicy<V, S> {
    pub fn or<J>(self, _: J) -> Self
    where
        Self: Open,
    {
        self
    }

    pub fn pinned_by<P>(self, _: &'static str, _: P) -> Self
    where
        Self: Open,
    {
        self
    }

    pub fn or_reject(self) -> Self
    where
        Self: Open,
    {
        self
    }

    pub fn or_default(self, _: V) -> Self
    where
        Self: Open,
    {
        self
    }
}

impl<V, S> fmt::Debug for VersionPolicy<V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VersionPolicy").field("sources", &self.sources).finish_non_exhaustive()
    }
}

//! The headers that every response of an API gets: the version, its lifecycle, links, entity tags.

mod decorator;
pub(crate) mod etag;
pub(crate) mod lifecycle;
pub(crate) mod links;
pub(crate) mod version_headers;

use http::{HeaderMap, HeaderName};

pub(crate) use decorator::{ResponseDecorator, decorate, keep_from_shared_caches};

/// Whether one of these headers is there. To compare the few names of a message takes less than to hash one.
fn has_any(headers: &HeaderMap, names: &[HeaderName]) -> bool {
    headers.keys().any(|name| names.contains(name))
}

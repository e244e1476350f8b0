//! The headers that every response of an API gets: the version, its lifecycle, links, entity tags.

mod decorator;
pub(crate) mod etag;
pub(crate) mod lifecycle;
pub(crate) mod links;
pub(crate) mod version_headers;

pub(crate) use decorator::{ResponseDecorator, decorate, keep_from_shared_caches};

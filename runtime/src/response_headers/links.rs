//! What an answer must know of the request it answers.

use super::has_any;
use super::version_headers::{EndpointHeaders, value};
use crate::context::Target;
use axum::extract::OriginalUri;
use http::header::{CONTENT_LOCATION, LINK, LOCATION};
use http::{HeaderMap, HeaderValue, Uri, request};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::{Date, Release};

/// The segment of a path by which a client named its version.
#[derive(Debug, Clone)]
pub(crate) struct PathVersion {
    /// The text before it, without a slash at its end.
    pub(crate) prefix: &'static str,
    pub(crate) segment: Arc<str>,
}

/// The paths of all endpoints, and whether they have versions.
#[derive(Default)]
pub(crate) struct Templates(Vec<matchit::Router<bool>>);

impl Templates {
    pub(crate) fn insert(&mut self, path: &str, has_versions: bool) {
        // Paths that one router cannot hold together need another.
        if !self.0.iter_mut().any(|router| router.insert(path, has_versions).is_ok()) {
            let mut router = matchit::Router::new();
            // The path has been checked while compiling.
            let _ = router.insert(path, has_versions);
            self.0.push(router);
        }
    }

    /// Whether what matches the path looks at no version, whatever the version.
    pub(crate) fn are_neutral(&self, path: &str) -> bool {
        let mut found = self.0.iter().filter_map(|router| router.at(path).ok()).peekable();
        found.peek().is_some() && found.all(|found| !*found.value)
    }

    fn have_versions(&self, path: &str) -> bool {
        self.0.iter().find_map(|router| router.at(path).ok()).is_some_and(|found| *found.value)
    }
}

/// The request, as far as the headers of its answer refer to it.
pub(crate) struct LinkRewriter {
    /// The target as the client sent it.
    original: Option<OriginalUri>,
    /// The target as the endpoint declares it.
    declared: Uri,
    via: Option<PathVersion>,
    now: Duration,
    templates: Arc<Templates>,
}

impl LinkRewriter {
    /// The path of `request` is that of the endpoint, not that of the client.
    pub(crate) fn new(
        request: &request::Request<axum::body::Body>,
        via: Option<PathVersion>,
        now: Duration,
        templates: &Arc<Templates>,
    ) -> Self {
        let original = request.extensions().get::<OriginalUri>().cloned();
        Self { original, declared: request.uri().clone(), via, now, templates: Arc::clone(templates) }
    }

    /// What stands before the paths of the API, if it is nested.
    fn mount(&self) -> &str {
        let Some(OriginalUri(original)) = &self.original else { return "" };
        let path = self.declared.path();
        let mount = match &self.via {
            Some(PathVersion { prefix, segment }) => {
                let (versioned, original) = (versioned(path, prefix, segment), original.path());
                // The root of a version answers without its slash, too.
                let end = if path == "/" { versioned.trim_end_matches('/') } else { &versioned };
                original.strip_suffix(&versioned).or_else(|| original.strip_suffix(end))
            }
            // The root of a nested API has no slash.
            None if path == "/" => Some(original.path().trim_end_matches('/')),
            None => original.path().strip_suffix(path),
        };
        mount.unwrap_or_default()
    }

    /// The path of the request without its version, as idempotency compares requests, with `query`.
    pub(crate) fn target(&self, query: Option<&str>) -> Target {
        let path = self.path();
        let text = query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
        Target { text, mount: self.mount().len() }
    }

    /// The path without a version.
    fn path(&self) -> String {
        match (self.mount(), self.declared.path()) {
            ("", path) => path.to_owned(),
            (mount, "/") => mount.to_owned(),
            (mount, path) => format!("{mount}{path}"),
        }
    }

    /// Makes what the handler said about paths true for this client.
    pub(crate) fn rewrite_locations(&self, headers: &mut HeaderMap) {
        if self.via.is_none() || !has_any(headers, &[LOCATION, CONTENT_LOCATION, LINK]) {
            return;
        }
        for name in [LOCATION, CONTENT_LOCATION] {
            if let Some(value) = headers.get_mut(&name)
                && let Some(translated) = value.to_str().ok().and_then(|target| self.translated(target))
                && let Ok(translated) = HeaderValue::try_from(translated)
            {
                *value = translated;
            }
        }
        let http::header::Entry::Occupied(mut links) = headers.entry(LINK) else { return };
        for value in links.iter_mut() {
            if let Some(translated) = value.to_str().ok().and_then(|links| self.translated_links(links))
                && let Ok(translated) = HeaderValue::try_from(translated)
            {
                *value = translated;
            }
        }
    }

    /// A reference to an endpoint that has versions, with the client's; `None` for any other.
    fn translated(&self, target: &str) -> Option<String> {
        // A relative path keeps the client's version by itself; another authority is not ours (RFC 3986 section 4.2).
        if !target.starts_with('/') || target.starts_with("//") {
            return None;
        }
        let (PathVersion { prefix, segment }, mount) = (self.via.as_ref()?, self.mount());
        let local = target.strip_prefix(mount)?;
        let path = local.split(['?', '#']).next().unwrap_or(local);
        let below = path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        (below && self.templates.have_versions(path))
            .then(|| format!("{mount}{}", versioned(local, prefix, segment)))
    }

    /// The same for each target of a `Link` (RFC 8288 section 3).
    fn translated_links(&self, links: &str) -> Option<String> {
        let (mut out, mut rest, mut changed) = (String::with_capacity(links.len() + 16), links, false);
        let mut quoted = false;
        while let Some(at) = rest.find(['<', '"', '\\']) {
            let (before, tail) = rest.split_at(at);
            out.push_str(before);
            let width = if tail.starts_with('\\') { 2.min(tail.len()) } else { 1 };
            // Header text that is a `str` is ASCII.
            let (mark, tail) = tail.split_at(width);
            out.push_str(mark);
            rest = tail;
            if mark == "\"" {
                quoted = !quoted;
            }
            if mark != "<" || quoted {
                continue;
            }
            let (target, tail) = tail.split_at(tail.find('>').unwrap_or(tail.len()));
            if let Some(translated) = self.translated(target) {
                out.push_str(&translated);
                changed = true;
            } else {
                out.push_str(target);
            }
            rest = tail;
        }
        out.push_str(rest);
        changed.then_some(out)
    }

    /// Links to where the endpoint lives on (RFC 5829), if it does.
    pub(crate) fn add_successor_links(
        &self,
        endpoint: &EndpointHeaders,
        position: usize,
        headers: &mut HeaderMap,
    ) {
        let Some((next, latest)) = endpoint.successors(position, self.now) else { return };
        let (mount, path) = (self.mount(), self.declared.path());
        let target = |position: usize| match &self.via {
            Some(PathVersion { prefix, segment }) => {
                let segment = name_like(segment, &endpoint.api.timeline.releases[position]);
                format!("{mount}{}", versioned(path, prefix, &segment))
            }
            None => self.path(),
        };
        let (next, latest) = (target(next), target(latest));
        headers.append(LINK, value(&format!("<{next}>; rel=\"successor-version\"")));
        headers.append(LINK, value(&format!("<{latest}>; rel=\"latest-version\"")));
    }
}

/// The path with a version after `prefix`.
fn versioned(path: &str, prefix: &str, segment: &str) -> String {
    let rest = path.strip_prefix(prefix).unwrap_or(path);
    format!("{prefix}/{segment}{rest}")
}

/// The alias of a version for who used one, if it has one; otherwise its date.
fn name_like(segment: &str, release: &Release) -> String {
    let dated = Date::parse(segment).is_ok();
    release.alias.filter(|_| !dated).map_or_else(|| release.date.to_string(), str::to_owned)
}

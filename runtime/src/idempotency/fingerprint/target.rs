use super::body_rule::append;
use crate::context::Target;
use axum::extract::{FromRequestParts, MatchedPath, OriginalUri, RawPathParams};
use futures_util::FutureExt;
use http::Uri;
use http::request::Parts;

/// The operation may be that of several routes, of which nobody said that they are one; a request extension.
///
/// An endpoint's own attribute says which operation it is, and two that name one mean it. Who puts a layer around a
/// router names the operation of whatever is in there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OperationPerRoute;

/// By its parameters, as the router has matched them.
const PARAMETERS: u8 = b'P';
/// By its path: nobody knows which part of it is a parameter.
const PATH: u8 = b'U';

/// What the request is for: its path and query without the version it may name there.
fn target(request: &Parts) -> &str {
    if let Some(target) = request.extensions.get::<Target>() {
        return &target.text;
    }
    let uri = original(request);
    uri.path_and_query().map_or(uri.path(), http::uri::PathAndQuery::as_str)
}

/// Inside a nested router the URI has lost its prefix.
fn original(request: &Parts) -> &Uri {
    request.extensions.get::<OriginalUri>().map_or(&request.uri, |original| &original.0)
}

/// Appends what of the path and query counts beside the operation.
///
/// Of the path that is what the operation does not say: the parameters, and what stands before the endpoint's own path,
/// because one API may be served in two places. Only the names and values of parameters count, so that an operation is
/// the same at all of its paths.
pub(super) fn append_to(to: &mut Vec<u8>, request: &mut Parts) {
    // Ready at once: axum only clones what it has put there. It has not if no router was asked, or if a parameter is no
    // UTF-8.
    let parameters = RawPathParams::from_request_parts(request, &()).now_or_never().and_then(Result::ok);
    let target = target(request);
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    if let (Some(parameters), Some(before)) = (parameters, before_parameters(request)) {
        to.push(PARAMETERS);
        append(to, before.as_bytes());
        let mut parameters: Vec<(&str, &str)> = parameters.iter().collect();
        // Stable: nested routers may give two parameters one name.
        parameters.sort_by_key(|(name, _)| *name);
        to.extend_from_slice(&(parameters.len() as u64).to_le_bytes());
        for (name, value) in parameters {
            append(to, name.as_bytes());
            append(to, value.as_bytes());
        }
    } else {
        to.push(PATH);
        append(to, path.as_bytes());
    }
    append(to, query.as_bytes());
}

/// What tells apart where requests of one operation may go, besides their parameters; `None` if that is not known.
fn before_parameters(request: &Parts) -> Option<&str> {
    if request.extensions.get::<OperationPerRoute>().is_some() {
        return request.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    }
    if let Some(Target { text, mount }) = request.extensions.get() {
        return text.get(..*mount);
    }
    let (path, declared) = (original(request).path(), request.uri.path());
    // The root of a nested API has no slash.
    path.strip_suffix(declared).or_else(|| (declared == "/").then_some(path))
}

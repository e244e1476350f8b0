use super::body_rule::append;
use crate::context::Target;
use axum::extract::{FromRequestParts, MatchedPath, OriginalUri, RawPathParams};
use futures_util::FutureExt;
use http::Uri;
use http::request::Parts;
use std::borrow::Cow;
use steadfast_core::operation_name;

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
/// because one API may be served in two places. Only the values of parameters count, in their order, so that an operation
/// is the same at all of its paths, and a release that renames a parameter refuses no retry.
pub(super) fn append_to(to: &mut Vec<u8>, request: &mut Parts) {
    // Ready at once: axum only clones what it has put there. It has not if no router was asked, or if a parameter is no
    // UTF-8.
    let parameters = RawPathParams::from_request_parts(request, &()).now_or_never().and_then(Result::ok);
    let target = target(request);
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    if let (Some(parameters), Some(before)) = (parameters, before_parameters(request)) {
        to.push(PARAMETERS);
        append(to, before.as_bytes());
        to.extend_from_slice(&(parameters.iter().count() as u64).to_le_bytes());
        parameters.iter().for_each(|(_, value)| append(to, value.as_bytes()));
    } else {
        to.push(PATH);
        // A slash inside of a segment is not the end of one.
        to.extend_from_slice(&(path.split('/').count() as u64).to_le_bytes());
        path.split('/').for_each(|segment| append_decoded(to, decoded(segment)));
    }
    append_query(to, query.strip_prefix('?').unwrap_or_default());
}

/// Appends the pairs of a query, decoded and ordered by their names, because a client that builds its request anew may
/// write them differently. Pairs of one name keep their order: a handler may read the first or the last of them.
fn append_query(to: &mut Vec<u8>, query: &str) {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<(&str, &str)> = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    // Stable. The names are decoded anew for every comparison: their copies could be many times as long as they are.
    pairs.sort_by(|(one, _), (other, _)| form_decoded(one).cmp(form_decoded(other)));
    to.extend_from_slice(&(pairs.len() as u64).to_le_bytes());
    for (name, value) in pairs {
        append_decoded(to, form_decoded(name));
        append_decoded(to, form_decoded(value));
    }
}

/// Appends bytes after their number, so that they cannot pose as the end of others.
fn append_decoded(to: &mut Vec<u8>, bytes: impl Iterator<Item = u8> + Clone) {
    to.extend_from_slice(&(bytes.clone().count() as u64).to_le_bytes());
    to.extend(bytes);
}

/// Returns the bytes of a percent-encoded text (RFC 3986 section 2.1), in which `%` without two digits stands for itself.
fn decoded(text: &str) -> impl Iterator<Item = u8> + Clone {
    let mut rest = text.as_bytes();
    std::iter::from_fn(move || {
        let digit = |at: usize| rest.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let (&byte, after) = rest.split_first()?;
        let escaped = if byte == b'%' { digit(1).zip(digit(2)) } else { None };
        let escaped = escaped.and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
        rest = if escaped.is_some() { &rest[3..] } else { after };
        Some(escaped.unwrap_or(byte))
    })
}

/// Returns the bytes of a name or a value in a query, where `+` is a space.
fn form_decoded(text: &str) -> impl Iterator<Item = u8> + Clone {
    // `%2B` is no space: it has no `+` before it is decoded.
    text.split_inclusive('+').flat_map(|part| match part.strip_suffix('+') {
        Some(part) => decoded(part).chain(Some(b' ')),
        None => decoded(part).chain(None),
    })
}

/// What tells apart where requests of one operation may go, besides their parameters; `None` if that is not known.
fn before_parameters(request: &Parts) -> Option<Cow<'_, str>> {
    if request.extensions.get::<OperationPerRoute>().is_some() {
        let path = request.extensions.get::<MatchedPath>()?;
        return Some(Cow::Owned(operation_name(path.as_str())));
    }
    if let Some(Target { text, mount }) = request.extensions.get() {
        return text.get(..*mount).map(Cow::Borrowed);
    }
    let (path, declared) = (original(request).path(), request.uri.path());
    // The root of a nested API has no slash.
    path.strip_suffix(declared).or_else(|| (declared == "/").then_some(path)).map(Cow::Borrowed)
}

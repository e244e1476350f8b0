use super::form::append;
use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::HeaderValue;
use sha2::{Digest as _, Sha256};
use std::convert::Infallible;

/// The boundary that a `Content-Type` names, if it is that of a multipart form.
pub(super) fn boundary(content_type: &HeaderValue) -> Option<String> {
    multer::parse_boundary(content_type.to_str().ok()?).ok()
}

/// What the parts of a form are called and hold, in their order. `None` if it is not whole: then every byte counts.
pub(super) fn parts(boundary: &str, body: &[u8]) -> Option<Vec<u8>> {
    let body = Bytes::copy_from_slice(body);
    let mut form = multer::Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
    let mut parts = Vec::new();
    // Nothing waits: the whole body is here.
    while let Some(part) = form.next_field().now_or_never()?.ok()? {
        let content_type = part.content_type().map(AsRef::as_ref);
        for text in [part.name(), part.file_name(), content_type] {
            parts.push(u8::from(text.is_some()));
            append(&mut parts, text.unwrap_or_default().as_bytes());
        }
        parts.extend_from_slice(&Sha256::digest(part.bytes().now_or_never()?.ok()?));
    }
    Some(parts)
}

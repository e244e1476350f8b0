use super::body_rule::append;
use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use sha2::{Digest as _, Sha256};
use std::convert::Infallible;

/// The boundary that a `Content-Type` names, if it is that of a multipart form.
pub(super) fn boundary(content_type: &HeaderValue) -> Option<String> {
    multer::parse_boundary(content_type.to_str().ok()?).ok()
}

/// Stands where texts have 0 or 1.
const OTHER_HEADER: u8 = 2;

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
        let is_unread = content_type.is_none();
        // Hardly any part has more, and what it has its handler can read.
        for (name, value) in part.headers() {
            if name != CONTENT_DISPOSITION && (name != CONTENT_TYPE || is_unread) {
                parts.push(OTHER_HEADER);
                append(&mut parts, name.as_str().as_bytes());
                append(&mut parts, value.as_bytes());
            }
        }
        parts.extend_from_slice(&Sha256::digest(part.bytes().now_or_never()?.ok()?));
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::parts;

    fn form(boundary: &str, all: &[(&str, &str)]) -> String {
        let parts = all.iter().map(|(says, holds)| {
            format!("--{boundary}\r\nContent-Disposition: form-data; {says}\r\n\r\n{holds}\r\n")
        });
        parts.chain([format!("--{boundary}--\r\n")]).collect()
    }

    const BASE: &[(&str, &str)] = &[("name=\"amount\"", "5"), ("name=\"scan\"; filename=\"a.png\"", "bytes")];

    #[test]
    fn the_boundary_does_not_count() {
        let one = parts("one", form("one", BASE).as_bytes());
        assert!(one.is_some());
        assert_eq!(one, parts("--another", form("--another", BASE).as_bytes()));
    }

    #[test]
    fn names_files_contents_and_order_count() {
        let all: [&[(&str, &str)]; 12] = [
            BASE,
            &[BASE[1], BASE[0]],
            &[BASE[0]],
            &[],
            &[("name=\"amount\"", "6"), BASE[1]],
            &[("name=\"amounts\"", "5"), BASE[1]],
            &[BASE[0], ("name=\"scan\"; filename=\"b.png\"", "bytes")],
            &[BASE[0], ("name=\"scan\"", "bytes")],
            &[BASE[0], ("name=\"scan\"; filename=\"a.png\"\r\nContent-Type: image/png", "bytes")],
            &[BASE[0], ("name=\"scan\"; filename=\"a.png\"\r\nContent-Type: none", "bytes")],
            &[BASE[0], ("name=\"scan\"; filename=\"a.png\"\r\nX-Side: front", "bytes")],
            &[BASE[0], ("name=\"scan\"; filename=\"a.png\"\r\nX-Side: back", "bytes")],
        ];
        let forms = all.map(|parts| super::parts("b", form("b", parts).as_bytes()));
        for (i, one) in forms.iter().enumerate() {
            assert!(one.is_some(), "{i}");
            assert!(!forms[i + 1..].contains(one), "{i}");
        }
    }

    #[test]
    fn only_a_whole_form_has_parts() {
        let whole = form("b", BASE);
        for cut in [&whole[..whole.len() - 6], "--b\r\n", "", "{}"] {
            assert_eq!(parts("b", cut.as_bytes()), None, "{cut:?}");
        }
        assert_eq!(parts("another", whole.as_bytes()), None);
    }
}

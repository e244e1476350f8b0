//! Entity tags differ between versions (RFC 9110 section 8.8.3): the same handler, the same tag, another representation.
//!
//! What a handler calls `"abc"` leaves as `"abc~2024-12-18"`. Conditions come back without the mark of the version that
//! is served, so that the handler compares what it wrote; the tags of other versions keep theirs, and so do not match.

use super::has_any;
use http::header::{ETAG, IF_MATCH, IF_NONE_MATCH, IF_RANGE};
use http::{HeaderMap, HeaderValue};

const MARK: u8 = b'~';

/// Marks the tag of an answer.
pub(super) fn mark(headers: &mut HeaderMap, version: &[u8]) {
    if !has_any(headers, &[ETAG]) {
        return;
    }
    let Some(tag) = headers.get_mut(ETAG) else { return };
    let Some(open) = tag.as_bytes().strip_suffix(b"\"") else { return };
    let marked = [open, &[MARK], version, b"\""].concat();
    if let Ok(marked) = HeaderValue::from_bytes(&marked) {
        *tag = marked;
    }
}

/// Takes the mark of `version` off the conditions of a request.
pub(crate) fn unmark(headers: &mut HeaderMap, version: impl FnOnce() -> [u8; 10]) {
    let conditions = [IF_NONE_MATCH, IF_MATCH, IF_RANGE];
    if !has_any(headers, &conditions) {
        return;
    }
    let mut marked = [0; 12];
    marked[0] = MARK;
    marked[1..11].copy_from_slice(&version());
    marked[11] = b'"';
    for name in conditions {
        let http::header::Entry::Occupied(mut entry) = headers.entry(name) else { continue };
        for value in entry.iter_mut() {
            if let Some(plain) = without(value.as_bytes(), &marked)
                && let Ok(plain) = HeaderValue::from_bytes(&plain)
            {
                *value = plain;
            }
        }
    }
}

/// The text with every `~2024-12-18"` made `"`; `None` if there is none.
fn without(text: &[u8], marked: &[u8; 12]) -> Option<Vec<u8>> {
    text.windows(marked.len()).any(|window| window == marked).then(|| {
        let mut plain = Vec::with_capacity(text.len());
        let mut rest = text;
        while let [first, tail @ ..] = rest {
            if let Some(tail) = rest.strip_prefix(marked) {
                plain.push(b'"');
                rest = tail;
            } else {
                plain.push(*first);
                rest = tail;
            }
        }
        plain
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_comes_back_as_it_was_and_those_of_other_versions_do_not() {
        for tag in ["\"abc\"", "W/\"abc\"", "\"\"", "\"a~2024-12-18\""] {
            let mut answer = HeaderMap::new();
            answer.insert(ETAG, tag.parse().unwrap());
            mark(&mut answer, b"2024-12-18");
            let marked = answer[ETAG].to_str().unwrap().to_owned();
            assert_ne!(marked, tag);
            for (version, comes_back) in [(b"2024-12-18", tag), (b"2024-01-01", marked.as_str())] {
                let mut request = HeaderMap::new();
                request.insert(IF_NONE_MATCH, format!("\"x\", {marked}").parse().unwrap());
                unmark(&mut request, || *version);
                assert_eq!(request[IF_NONE_MATCH], format!("\"x\", {comes_back}"));
            }
        }
    }

    #[test]
    fn what_is_no_tag_stays() {
        let mut answer = HeaderMap::new();
        answer.insert(ETAG, HeaderValue::from_static("abc"));
        mark(&mut answer, b"2024-12-18");
        assert_eq!(answer[ETAG], "abc");
        let mut request = HeaderMap::new();
        request.insert(IF_MATCH, HeaderValue::from_static("*"));
        unmark(&mut request, || *b"2024-12-18");
        assert_eq!(request[IF_MATCH], "*");
    }
}

use super::canonical::canonical;
use super::secrets::Secret;
use crate::idempotency_policy::{FingerprintForm, Selection};
use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// A fingerprint rule, and the id that tells it from others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyRule {
    rule: FingerprintForm,
    id: RuleId,
}

// What stands in the hash before the body names how the body was read, so that none can pose as another.
const RAW: &[u8] = b"R";
const JSON: &[u8] = b"J";
#[cfg(feature = "multipart")]
const PARTS: &[u8] = b"P";

/// Names the rule that a fingerprint was made by; all zeros for the default.
pub(super) type RuleId = [u8; 4];

/// Differs for all rules that differ: one endpoint's fingerprints of two rules cannot be compared.
fn rule_id(rule: &FingerprintForm) -> RuleId {
    let (name, pointers): (&str, &[&str]) = match rule.body {
        Selection::Json if rule.headers.is_empty() => return [0; 4],
        Selection::Json => ("json", &[]),
        Selection::Raw => ("raw", &[]),
        Selection::Skip(pointers) => ("skip", pointers),
        #[cfg(feature = "multipart")]
        Selection::Multipart => ("multipart", &[]),
    };
    let mut text = Vec::with_capacity(64);
    for list in [&[name][..], pointers, rule.headers] {
        text.extend_from_slice(&(list.len() as u64).to_le_bytes());
        for word in list {
            append(&mut text, word.as_bytes());
        }
    }
    let [a, b, c, d, ..] = Secret::NONE.exact(&[&text]);
    if [a, b, c, d] == [0; 4] { [1, b, c, d] } else { [a, b, c, d] }
}

impl BodyRule {
    pub(crate) fn new(rule: FingerprintForm) -> Self {
        Self { rule, id: rule_id(&rule) }
    }

    pub(super) fn id(&self) -> RuleId {
        self.id
    }

    /// Appends the headers that count, member by member: a gateway may join lines with commas (RFC 9110 section 5.3).
    pub(super) fn append_headers(&self, headers: &HeaderMap, to: &mut Vec<u8>) {
        for name in self.rule.headers {
            let values = || headers.get_all(*name).iter().flat_map(|line| members(line.as_bytes()));
            append(to, name.as_bytes());
            to.extend_from_slice(&(values().count() as u64).to_le_bytes());
            values().for_each(|value| append(to, value));
        }
    }

    /// Returns what decides, besides its bytes, how a body is read: the same bytes have other parts between other
    /// boundaries.
    #[cfg_attr(not(feature = "multipart"), allow(clippy::unused_self, reason = "no rule has parts"))]
    pub(super) fn reading<'a>(&self, content_type: &'a ContentType) -> &'a [u8] {
        #[cfg(feature = "multipart")]
        if self.rule.body == Selection::Multipart {
            return content_type.boundary.as_deref().unwrap_or_default().as_bytes();
        }
        let _ = content_type;
        &[]
    }

    /// Returns `true` if a body of this type may count as JSON.
    pub(super) fn reads_json(&self, content_type: &ContentType) -> bool {
        content_type.may_be_json && matches!(self.rule.body, Selection::Json | Selection::Skip(_))
    }

    /// Calls `then` with what counts of `body`, after how it was read.
    pub(super) fn apply<R>(
        &self,
        content_type: &ContentType,
        body: &[u8],
        then: impl FnOnce(&[u8], &[u8]) -> R,
    ) -> R {
        let skip: &[&str] = match self.rule.body {
            Selection::Json => &[],
            Selection::Skip(pointers) => pointers,
            Selection::Raw => return then(RAW, body),
            #[cfg(feature = "multipart")]
            Selection::Multipart => {
                let boundary = content_type.boundary.as_deref();
                return match boundary.and_then(|boundary| super::multipart::parts(boundary, body)) {
                    Some(parts) => then(PARTS, &parts),
                    None => then(RAW, body),
                };
            }
        };
        if !content_type.may_be_json {
            return then(RAW, body);
        }
        canonical(body, skip, |text| match text {
            Some(text) => then(JSON, text),
            None => then(RAW, body),
        })
    }
}

/// What a request says its body is.
#[derive(Debug, Clone)]
pub(super) struct ContentType {
    /// Also where nothing is said.
    pub(super) may_be_json: bool,
    #[cfg(feature = "multipart")]
    boundary: Option<String>,
}

impl ContentType {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let value = headers.get(CONTENT_TYPE);
        Self {
            may_be_json: value.is_none_or(|value| is_json(value.as_bytes())),
            #[cfg(feature = "multipart")]
            boundary: value.and_then(super::multipart::boundary),
        }
    }
}

/// Returns the members of a list, which commas separate outside of quotes (RFC 9110 section 5.6.1).
fn members(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let members = line.split(move |byte| {
        let was_escaped = is_escaped;
        is_escaped = is_quoted && !was_escaped && *byte == b'\\';
        is_quoted ^= *byte == b'"' && !was_escaped;
        *byte == b',' && !is_quoted
    });
    members.map(<[u8]>::trim_ascii)
}

fn is_json(content_type: &[u8]) -> bool {
    let end = content_type.iter().position(|&byte| byte == b';').unwrap_or(content_type.len());
    let essence = content_type[..end].trim_ascii();
    let ends_with = |suffix: &[u8]| {
        essence.len() > suffix.len() && essence[essence.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
    };
    essence.eq_ignore_ascii_case(b"application/json") || ends_with(b"+json")
}

/// Appends `part` after its length, so that it cannot pose as the end of another.
pub(super) fn append(to: &mut Vec<u8>, part: &[u8]) {
    to.extend_from_slice(&(part.len() as u64).to_le_bytes());
    to.extend_from_slice(part);
}

use super::body::AuditBody;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A request in the audit trail.
///
/// `Debug` shows neither its query nor the values of its headers nor its body.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuditRequest {
    /// Its method.
    pub method: String,
    /// Its path, as the client wrote it.
    pub path: String,
    /// Its query, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The headers that [`Audit::request_headers`](super::Audit::request_headers) names. What is not UTF-8 in a value
    /// is replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// Its body, unless none is to be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<AuditBody>,
}

/// An answer in the audit trail, as far as it is kept there; its status is in the entry.
///
/// `Debug` shows neither the values of its headers nor its body.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuditAnswer {
    /// The headers that [`Audit::answer_headers`](super::Audit::answer_headers) names, of those that are kept for
    /// replays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// Its body, if it is to be kept and is kept for replays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<AuditBody>,
}

/// What of an entry a store keeps as bytes and does not look into.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Details {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scope: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) request: Option<AuditRequest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<AuditAnswer>,
}

impl Details {
    #[allow(clippy::expect_used, reason = "strings and numbers, under names that are strings")]
    pub(super) fn encode(&self) -> Bytes {
        serde_json::to_vec(self).expect("this can be written as JSON").into()
    }

    pub(super) fn decode(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }
}

fn names(headers: &[(String, String)]) -> Vec<&str> {
    headers.iter().map(|(name, _)| name.as_str()).collect()
}

impl fmt::Debug for AuditRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("has_query", &self.query.is_some())
            .field("headers", &names(&self.headers))
            .field("body", &self.body)
            .finish()
    }
}

impl fmt::Debug for AuditAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditAnswer")
            .field("headers", &names(&self.headers))
            .field("body", &self.body)
            .finish()
    }
}

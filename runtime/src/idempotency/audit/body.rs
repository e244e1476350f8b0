use super::entry::hex;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A body in the audit trail: its beginning, up to the limit that [`Audit`](super::Audit) sets.
///
/// Serialised it is `{"text": "..", "length": 12}`, with `hex` in place of `text` if it is not UTF-8. What `Debug` shows
/// is its length.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditBody {
    kept: Bytes,
    length: u64,
}

impl AuditBody {
    /// The beginning of a body, at most `limit` bytes. Shares memory with a body that is kept whole; of a larger one
    /// the beginning is copied, so that the rest can go.
    pub(super) fn of(body: &Bytes, limit: usize) -> Self {
        let length = body.len() as u64;
        if body.len() <= limit {
            return Self { kept: body.clone(), length };
        }
        let beginning = &body[..limit];
        // A text stays one when its last character is cut through.
        let end = match std::str::from_utf8(beginning) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => limit,
        };
        Self { kept: Bytes::copy_from_slice(&beginning[..end]), length }
    }

    /// What is kept of it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.kept
    }

    /// How many bytes the body had.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether all of it is kept.
    pub fn is_whole(&self) -> bool {
        self.kept.len() as u64 == self.length
    }
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
    length: u64,
}

#[derive(Deserialize)]
struct Read {
    text: Option<String>,
    hex: Option<String>,
    length: u64,
}

impl Serialize for AuditBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = std::str::from_utf8(&self.kept).ok();
        let hex = if text.is_none() { Some(hex::text(&self.kept)) } else { None };
        Written { text, hex, length: self.length }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AuditBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Read { text, hex, length } = Read::deserialize(deserializer)?;
        let kept = match (text, hex) {
            (Some(text), None) => text.into_bytes(),
            (None, Some(hex)) => hex::bytes(&hex).ok_or_else(|| de::Error::custom("a body is not in hex"))?,
            _ => return Err(de::Error::custom("a body is either text or hex")),
        };
        Ok(Self { kept: kept.into(), length })
    }
}

impl fmt::Debug for AuditBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditBody({} of {} bytes)", self.kept.len(), self.length)
    }
}

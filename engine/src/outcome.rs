use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use std::fmt;
use std::sync::Arc;
use steadfast_core::Date;

/// The stored result of an execution that came to a final response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredOutcome {
    /// The response, for replays.
    Response(Arc<StoredResponse>),
    /// A response whose body is an id, as JSON, by which the endpoint finds the body again.
    Reference {
        /// The response, with the id as its body.
        response: Arc<StoredResponse>,
        /// A hash of the type of the id: an id of another type is not read as this one.
        shape: u64,
    },
    /// There was a response, and it could not be stored: it was too large, or had no known end.
    Tombstone(Tombstone),
}

/// A response as it is stored and replayed.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers in order, with repeated names and with values that are not UTF-8.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Bytes,
    /// The API version that the body was rendered in.
    pub version: Option<Date>,
    /// The body at the head, from which it can be rendered in other versions.
    pub head: Option<HeadCopy>,
}

/// The body of a stored response at the head: the newest API version when it was stored.
#[derive(Clone, PartialEq, Eq)]
pub struct HeadCopy {
    /// The head.
    pub version: Date,
    /// A hash of the type of the body: a body of another type is not read as this one.
    pub type_id: u64,
    /// The body at the head; `None` if it is the same as the stored one.
    pub body: Option<Bytes>,
}

/// The facts that are stored of a response that was not.
#[derive(Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The status.
    pub status: StatusCode,
    /// The `Location` of the response.
    pub location: Option<HeaderValue>,
    /// The API version that the response was rendered in.
    pub version: Option<Date>,
}

impl StoredResponse {
    /// Returns what remains of the response without its body.
    pub fn tombstone(&self) -> Tombstone {
        let location = self.headers.iter().find(|(name, _)| *name == header::LOCATION);
        let location = location.map(|(_, value)| value.clone());
        Tombstone { status: self.status, location, version: self.version }
    }
}

impl StoredOutcome {
    /// Returns the tombstone of the response, unless that is all there is.
    pub fn tombstone(&self) -> Option<Tombstone> {
        match self {
            Self::Response(response) | Self::Reference { response, .. } => Some(response.tombstone()),
            Self::Tombstone(_) => None,
        }
    }

    /// Returns the status of the response.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Response(response) | Self::Reference { response, .. } => response.status,
            Self::Tombstone(tombstone) => tombstone.status,
        }
    }

    /// Returns the API version that the response was rendered in.
    pub fn version(&self) -> Option<Date> {
        match self {
            Self::Response(response) | Self::Reference { response, .. } => response.version,
            Self::Tombstone(tombstone) => tombstone.version,
        }
    }

    /// Returns the outcome with this API version, if it is a tombstone without one.
    pub(crate) fn or_at(self, version: Option<Date>) -> Self {
        match self {
            Self::Tombstone(tombstone) => {
                Self::Tombstone(Tombstone { version: tombstone.version.or(version), ..tombstone })
            }
            outcome => outcome,
        }
    }
}

/// Shows neither the body nor the value of any header: a customer's response is not for logs.
impl fmt::Debug for StoredResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("StoredResponse")
            .field("status", &self.status.as_u16())
            .field("headers", &names)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("version", &self.version)
            .field("head", &self.head)
            .finish()
    }
}

/// Shows the length of the body only.
impl fmt::Debug for HeadCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeadCopy")
            .field("version", &self.version)
            .field("body", &self.body.as_ref().map(|body| format!("{} bytes", body.len())))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Tombstone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tombstone")
            .field("status", &self.status.as_u16())
            .field("has_location", &self.location.is_some())
            .field("version", &self.version)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_version_are_those_of_the_response() {
        let (status, version) = (StatusCode::CREATED, Date::from_ymd(2025, 9, 30));
        let body = Bytes::from_static(b"secret");
        let head = version.map(|version| HeadCopy { version, type_id: 1, body: Some(body.clone()) });
        let headers = vec![(HeaderName::from_static("x-a"), HeaderValue::from_static("secret"))];
        let response = Arc::new(StoredResponse { status, headers, body, version, head });
        let location = Some(HeaderValue::from_static("/secret"));
        for outcome in [
            StoredOutcome::Response(Arc::clone(&response)),
            StoredOutcome::Reference { response, shape: 1 },
            StoredOutcome::Tombstone(Tombstone { status, location, version }),
        ] {
            assert_eq!((outcome.status(), outcome.version()), (status, version));
            let debug = format!("{outcome:?}");
            assert!(debug.contains("201") && !debug.contains("secret"), "{debug}");
        }
    }
}

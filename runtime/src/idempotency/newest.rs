use bytes::Bytes;
use std::fmt;
use steadfast_core::Date;

/// What a stored answer says in the newest shape that its type had when it was stored: from this it can be told at
/// another version than the one it was rendered in.
///
/// A store keeps it with the response, and knows nothing else of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Newest {
    /// The newest API version there was.
    pub version: Date,
    /// A hash of the type of the body: what is stored of another type is not read as this one.
    pub shape: u64,
    /// The body in that version; `None` if it is the same as the one that is stored.
    pub body: Option<Bytes>,
}

impl Newest {
    /// How the bytes are made. What is written in another way by a newer release is as good as not there.
    #[cfg(any(feature = "sealed", feature = "sqlite"))]
    const LAYOUT: u8 = 1;

    /// As bytes.
    #[cfg(any(feature = "sealed", feature = "sqlite"))]
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let Self { version, shape, body } = self;
        let mut bytes = Vec::with_capacity(14 + body.as_ref().map_or(0, Bytes::len));
        bytes.push(Self::LAYOUT);
        bytes.extend_from_slice(&version.number().to_le_bytes());
        bytes.extend_from_slice(&shape.to_le_bytes());
        bytes.push(u8::from(body.is_some()));
        bytes.extend_from_slice(body.as_deref().unwrap_or_default());
        bytes
    }

    /// `None` if the bytes are not what this release writes: the answer is replayed in its own version.
    #[cfg(any(feature = "sealed", feature = "sqlite"))]
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (layout, bytes) = bytes.split_first()?;
        let (version, bytes) = bytes.split_first_chunk()?;
        let (shape, bytes) = bytes.split_first_chunk()?;
        let (has_body, body) = bytes.split_first()?;
        let body = match has_body {
            0 if body.is_empty() => None,
            1 => Some(Bytes::copy_from_slice(body)),
            _ => return None,
        };
        let version = Date::from_number(u32::from_le_bytes(*version))?;
        (*layout == Self::LAYOUT).then_some(Self { version, shape: u64::from_le_bytes(*shape), body })
    }
}

/// What a customer was answered is not for logs.
impl fmt::Debug for Newest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Newest")
            .field("version", &self.version)
            .field("body", &self.body.as_ref().map(|body| format!("{} bytes", body.len())))
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, any(feature = "sealed", feature = "sqlite")))]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was_and_is_not_there_if_it_was_made_otherwise() {
        let version = Date::from_ymd(2025, 9, 30).unwrap();
        for body in [None, Some(Bytes::new()), Some(Bytes::from_static(b"{\"a\":1}"))] {
            let newest = Newest { version, shape: u64::MAX - 1, body };
            let bytes = newest.to_bytes();
            assert_eq!(Newest::from_bytes(&bytes), Some(newest));
            let mut other = bytes.clone();
            other[0] = 2;
            assert_eq!(Newest::from_bytes(&other), None);
            assert_eq!(Newest::from_bytes(&bytes[..13]), None);
            other = bytes;
            other[13] = 2;
            assert_eq!(Newest::from_bytes(&other), None);
            // Without a body nothing follows.
            other[13] = 0;
            other.push(b'x');
            assert_eq!(Newest::from_bytes(&other), None);
        }
    }
}

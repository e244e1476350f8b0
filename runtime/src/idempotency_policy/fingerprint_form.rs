/// The parts of a request that its fingerprint covers, besides the operation, the method, the path and the query.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct FingerprintForm {
    /// The part of the body that counts.
    pub body: Selection,
    /// The names of headers that count, in lower case. A header that is absent is another than one that is empty.
    pub headers: &'static [&'static str],
}

/// The part of a body that counts.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// A JSON body counts without its white space, the order of its members and the escapes of its strings, because a
    /// client that builds its request anew for a retry may write it differently. Numbers count as they are written. Any
    /// other body counts byte by byte.
    Json,
    /// Every byte.
    Raw,
    /// As [`Json`](Self::Json), without what these JSON pointers point at. `*` points at every element of a list and
    /// every value of a map, `~2` stands for a `*` in a name.
    Skip(&'static [&'static str]),
    /// The parts of a `multipart/form-data` body in their order, whatever stands between them.
    #[cfg(feature = "multipart")]
    Multipart,
}

impl FingerprintForm {
    /// JSON, and no header.
    pub const DEFAULT: Self = Self { body: Selection::Json, headers: &[] };

    /// Returns `true` if `text` can point at anything (RFC 6901, and `~2`).
    pub const fn is_pointer(text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'~' && (at + 1 == bytes.len() || !matches!(bytes[at + 1], b'0'..=b'2')) {
                return false;
            }
            at += 1;
        }
        bytes.is_empty() || bytes[0] == b'/'
    }
}

impl Selection {
    /// The parts of a `multipart/form-data` body.
    #[cfg(feature = "multipart")]
    pub const MULTIPART: Self = Self::Multipart;

    /// Nothing is compared by it: [`needs_multipart`](Self::needs_multipart) fails.
    #[cfg(not(feature = "multipart"))]
    pub const MULTIPART: Self = Self::Raw;

    /// That the parts of such a body can be told apart.
    ///
    /// # Panics
    /// While compiling, if the feature is off.
    #[track_caller]
    pub const fn needs_multipart() {
        #[cfg(not(feature = "multipart"))]
        #[allow(clippy::panic, reason = "evaluated while compiling: this is the error message")]
        {
            panic!(
                "`fingerprint = \"multipart\"` is told apart by the feature `multipart` of `steadfast`\n\
                 help: add `multipart` to the `features` of `steadfast` in Cargo.toml"
            )
        }
    }
}

use super::FingerprintForm;
use std::time::Duration;

/// What a request hears whose twin is still running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum InProgress {
    /// 409 Conflict with `Retry-After`, as draft-ietf-httpapi-idempotency-key-header has it.
    #[default]
    Conflict,
    /// 425 Too Early. Intermediaries may repeat such a request by themselves (RFC 8470).
    TooEarly,
    /// 423 Locked.
    Locked,
    /// 202 Accepted: the operation is under way.
    Accepted,
    /// Its twin's answer, if that comes in this time; else 409.
    Wait(Duration),
}

/// Which answers are kept for retries, unless an answer says it itself, as `Final` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Errors {
    /// 2xx, 3xx and 4xx, but not 401, 403, 408, 425 and 429: those and 5xx say that now is not the time.
    #[default]
    Retry,
    /// Like [`Retry`](Self::Retry), and 5xx too: retries hear of an error what the first request heard.
    Replay,
    /// 2xx only.
    SuccessOnly,
}

/// The rule for an execution whose lease ran out, because its process died or was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnLost {
    /// A retry runs again. This is right where the operation does no harm twice, or where its steps are recorded.
    #[default]
    Reexecute,
    /// Nothing runs again. Retries are refused with `outcome-unknown` until somebody settles the operation; after 30 days
    /// without that the key is free again.
    Hold,
    /// A retry asks the endpoint's `Recover` extractor for the outcome.
    Recover,
}

/// What becomes of a key whose outcome is no longer kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnExpired {
    /// It is as good as new, unless the endpoint asks for keys that begin with the time they were made at
    /// (`key = "uuidv7"` or `"ulid"`), and that is longer ago than outcomes are kept: then it is refused as expired.
    #[default]
    RefuseOld,
    /// It is as good as new.
    Execute,
    /// For this time after the outcome is gone it is refused as expired.
    Refuse(Duration),
}

/// What becomes of a request while the store cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnStoreDown {
    /// 503, and the handler is not entered.
    #[default]
    Refuse,
    /// The handler runs without protection, and its answer says so: `Idempotency-Protected: false`.
    Execute,
}

/// What a key must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum KeyFormat {
    /// 1 to 255 bytes, raw or as a string of RFC 8941.
    #[default]
    Any,
    /// A UUID in its usual form (RFC 9562 section 4).
    Uuid,
    /// A UUID of version 7, which begins with the time (RFC 9562 section 5.7).
    UuidV7,
    /// A ULID, which begins with the time.
    Ulid,
    /// A string of RFC 8941 section 3.3.3, in quotes, as draft-ietf-httpapi-idempotency-key-header asks.
    StructuredString,
    /// Matches a regular expression as a whole.
    Pattern(&'static str),
}

/// What one endpoint says; where it says nothing its API decides.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The extractors that run on every attempt besides that of the scope, as they are written.
    pub authorize: &'static [&'static str],
    pub in_progress: Option<InProgress>,
    pub errors: Option<Errors>,
    pub keep: &'static [u16],
    pub free: &'static [u16],
    pub on_lost: Option<OnLost>,
    pub on_expired: Option<OnExpired>,
    pub on_store_down: Option<OnStoreDown>,
    pub key_required: Option<bool>,
    pub key_format: Option<KeyFormat>,
    pub header: Option<&'static str>,
    /// Empty for none.
    pub replay_header: Option<&'static str>,
    pub replay_header_on_fresh: Option<bool>,
    pub echo_key: Option<bool>,
    pub tell_expiry: Option<bool>,
    pub fingerprint: Option<FingerprintForm>,
    pub store_headers: &'static [&'static str],
    pub drop_headers: &'static [&'static str],
    pub audit: Option<bool>,
}

impl Options {
    pub const NONE: Self = Self {
        authorize: &[],
        in_progress: None,
        errors: None,
        keep: &[],
        free: &[],
        on_lost: None,
        on_expired: None,
        on_store_down: None,
        key_required: None,
        key_format: None,
        header: None,
        replay_header: None,
        replay_header_on_fresh: None,
        echo_key: None,
        tell_expiry: None,
        fingerprint: None,
        store_headers: &[],
        drop_headers: &[],
        audit: None,
    };
}

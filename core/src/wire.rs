//! Names that appear on the wire. Renaming one breaks clients, so they stand in one place.

/// The header in which answers name their version, where no header of requests does.
pub const API_VERSION: &str = "api-version";

/// The header that carries an idempotency key (draft-ietf-httpapi-idempotency-key-header-07).
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The header that marks an answer as the stored one of an earlier request.
pub const IDEMPOTENCY_REPLAYED: &str = "idempotency-replayed";

/// Says of an answer that it was given without protection: a retry may run again.
pub const IDEMPOTENCY_PROTECTED: &str = "idempotency-protected";

/// Until when an answer is replayed, on replays.
pub const IDEMPOTENCY_KEY_EXPIRES: &str = "idempotency-key-expires";

/// The lifecycle header of RFC 9745.
pub const DEPRECATION: &str = "deprecation";

/// The lifecycle header of RFC 8594.
pub const SUNSET: &str = "sunset";

/// The media type of RFC 9457.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Where the `type` of every problem of the framework begins, unless the API sets its own base.
pub const PROBLEM_BASE: &str = "urn:steadfast:problem:";

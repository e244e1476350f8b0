//! The words of the attributes. No string is written twice.

// Attributes.
pub(crate) const API_VERSION: &str = "api_version";
pub(crate) const API_VERSIONS: &str = "api_versions";
pub(crate) const IDEMPOTENT: &str = "idempotent";
pub(crate) const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

/// The argument of an attribute whose work was done by a sibling.
pub(crate) const DONE: &str = "__done";

// Arguments of `#[version]`, `#[api_versions]` and `#[api_version]`.
pub(crate) const ALIAS: &str = "alias";
pub(crate) const DEPRECATED: &str = "deprecated";
pub(crate) const SUNSET: &str = "sunset";
pub(crate) const GUIDE: &str = "guide";
pub(crate) const PREVIEW: &str = "preview";
pub(crate) const BROWNOUTS: &str = "brownouts";
pub(crate) const POLICY: &str = "policy";
pub(crate) const MIN_NOTICE: &str = "min_notice";
pub(crate) const MAX_LIVE: &str = "max_live";
pub(crate) const IDEMPOTENCY: &str = "idempotency";
pub(crate) const REQUIRED: &str = "required";
pub(crate) const SINCE: &str = "since";
pub(crate) const UNTIL: &str = "until";
pub(crate) const NEUTRAL: &str = "neutral";
pub(crate) const GAP: &str = "gap";

// What `changed(..)` in `#[api_version]` takes, besides what the statements of types take.
pub(crate) const REQUEST: &str = "request";
pub(crate) const RESPONSE: &str = "response";
pub(crate) const STATUS: &str = "status";
pub(crate) const HEADER: &str = "header";

// `#[change]` and its arguments, besides `in`.
pub(crate) const CHANGE: &str = "change";
pub(crate) const NOTE: &str = "note";

// `#[outcome]` and its words.
pub(crate) const OUTCOME: &str = "outcome";
pub(crate) const FINAL: &str = "final";
pub(crate) const RETRYABLE: &str = "retryable";
pub(crate) const INDETERMINATE: &str = "indeterminate";
pub(crate) const INNER: &str = "inner";

// Arguments of `#[idempotent]`.
pub(crate) const TTL: &str = "ttl";
pub(crate) const LEASE: &str = "lease";
pub(crate) const SCOPE: &str = "scope";
pub(crate) const NONE: &str = "none";
pub(crate) const GLOBAL: &str = "global";
pub(crate) const AUTHORIZE: &str = "authorize";
pub(crate) const OPERATION: &str = "operation";
pub(crate) const IN_PROGRESS: &str = "in_progress";
pub(crate) const WAIT: &str = "wait";
pub(crate) const ERRORS: &str = "errors";
pub(crate) const KEEP: &str = "keep";
pub(crate) const FREE: &str = "free";
pub(crate) const ON_LOST: &str = "on_lost";
pub(crate) const RECOVER: &str = "recover";
pub(crate) const REPLAY: &str = "replay";
pub(crate) const REFERENCE: &str = "reference";
pub(crate) const ON_EXPIRED: &str = "on_expired";
pub(crate) const REFUSE: &str = "refuse";
pub(crate) const ON_STORE_DOWN: &str = "on_store_down";
pub(crate) const EXECUTE: &str = "execute";
pub(crate) const KEY: &str = "key";
pub(crate) const OPTIONAL: &str = "optional";
pub(crate) const REGEX: &str = "regex:";
pub(crate) const MULTIPART: &str = "multipart";
pub(crate) const REPLAY_HEADER: &str = "replay_header";
pub(crate) const REPLAY_HEADER_ON_FRESH: &str = "replay_header_on_fresh";
pub(crate) const ECHO_KEY: &str = "echo_key";
pub(crate) const AUDIT: &str = "audit";
pub(crate) const TELL_EXPIRY: &str = "tell_expiry";
pub(crate) const FINGERPRINT: &str = "fingerprint";
pub(crate) const FINGERPRINT_HEADERS: &str = "fingerprint_headers";
pub(crate) const FIELDS: &str = "fields";
pub(crate) const SKIP: &str = "skip";
pub(crate) const STORE_HEADERS: &str = "store_headers";
pub(crate) const DROP_HEADERS: &str = "drop_headers";

// The statements of the changes of a `#[versioned]` type.
pub(crate) const CHANGED: &str = "changed";
pub(crate) const RENAMED: &str = "renamed";
pub(crate) const REMOVED: &str = "removed";
pub(crate) const ADDED: &str = "added";
pub(crate) const IN: &str = "in";
pub(crate) const WAS: &str = "was";
pub(crate) const INTO: &str = "into";
pub(crate) const UPGRADE: &str = "upgrade";
pub(crate) const DOWNGRADE: &str = "downgrade";
pub(crate) const DEFAULT: &str = "default";
pub(crate) const OVERWRITE: &str = "overwrite";
/// The type of the runtime that says whether a client knows a field.
pub(crate) const OPAQUE: &str = "opaque";
// The types that an `impl` in a signature names: the body of a response, the items of a stream.
pub(crate) const BODY: &str = "Body";
pub(crate) const ITEM: &str = "Item";
pub(crate) const LOSSLESS: &str = "lossless";
pub(crate) const LOSSY: &str = "lossy";

// What `#[versioned]` derives in the user's place, and the attributes those derives read.
pub(crate) const SERIALIZE: &str = "Serialize";
pub(crate) const DESERIALIZE: &str = "Deserialize";
pub(crate) const JSON_SCHEMA: &str = "JsonSchema";
pub(crate) const INTENT: &str = "Fingerprint";
pub(crate) const RENAME: &str = "rename";
pub(crate) const RENAME_ALL: &str = "rename_all";
// The sides that `rename(..)` and `rename_all(..)` may tell apart.
pub(crate) const WRITTEN: &str = "serialize";
pub(crate) const READ: &str = "deserialize";
pub(crate) const SERDE: &str = "serde";
pub(crate) const SCHEMARS: &str = "schemars";

// What `#[versioned]` itself takes, and the statements of whole types and of enums.
pub(crate) const VERSIONED: &str = "versioned";
pub(crate) const OPEN: &str = "open";
pub(crate) const REPLACED: &str = "replaced";
pub(crate) const RETAGGED: &str = "retagged";
pub(crate) const CONSTRAINED: &str = "constrained";
pub(crate) const CHECK: &str = "check";
pub(crate) const SENSITIVE: &str = "sensitive";
pub(crate) const TAG: &str = "tag";
pub(crate) const CONTENT: &str = "content";
pub(crate) const UNTAGGED: &str = "untagged";
pub(crate) const EXTERNAL: &str = "external";

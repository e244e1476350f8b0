use super::Problem;
use http::StatusCode;
use std::borrow::Cow;

macro_rules! catalog {
    ($($(#[$doc:meta])* $kind:ident = $status:ident $slug:literal $title:literal retryable: $retryable:literal;)*) => {
        /// Every problem that the framework itself answers. The slug is the end of the `type` URI and never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$kind),*];

            pub(crate) const fn slug(self) -> &'static str {
                match self { $(Self::$kind => $slug,)* }
            }

            pub(crate) const fn title(self) -> &'static str {
                match self { $(Self::$kind => $title,)* }
            }

            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$kind => StatusCode::$status,)* }
            }

            pub(crate) const fn retryable(self) -> bool {
                match self { $(Self::$kind => $retryable,)* }
            }
        }
    };
}

catalog! {
    // Versioning.
    InvalidVersion = BAD_REQUEST "invalid-version" "Invalid API version" retryable: false;
    UnsupportedVersion = BAD_REQUEST "unsupported-version" "Unsupported API version" retryable: false;
    UnspecifiedVersion = BAD_REQUEST "unspecified-version" "API version not specified" retryable: false;
    AmbiguousVersion = BAD_REQUEST "ambiguous-version" "Ambiguous API version" retryable: false;
    /// `Accept` names only versions that are not served.
    VersionNotAcceptable = NOT_ACCEPTABLE "version-not-acceptable" "API version not acceptable" retryable: false;
    VersionMediaTypeUnsupported = UNSUPPORTED_MEDIA_TYPE "unsupported-version-media-type" "Unsupported API version of the body" retryable: false;
    VersionSunset = GONE "version-sunset" "No longer served in this version" retryable: false;
    VersionBrownout = GONE "version-brownout" "Not served in this version for a while" retryable: true;
    VersionRemoved = GONE "version-removed" "No longer a version of this API" retryable: false;
    PinUnavailable = SERVICE_UNAVAILABLE "pin-unavailable" "The caller's API version cannot be read" retryable: true;

    // Routing.
    NotFound = NOT_FOUND "not-found" "No such endpoint in this version" retryable: false;
    MethodNotAllowed = METHOD_NOT_ALLOWED "method-not-allowed" "Method not allowed" retryable: false;

    // What requests say outside of their bodies.
    InvalidQuery = BAD_REQUEST "invalid-query" "Query does not have the shape of this version" retryable: false;
    InvalidPath = BAD_REQUEST "invalid-path" "Path does not have the shape of this version" retryable: false;
    InvalidHeader = BAD_REQUEST "invalid-header" "Headers do not have the shape of this version" retryable: false;
    InvalidCookie = BAD_REQUEST "invalid-cookie" "Cookies do not have the shape of this version" retryable: false;

    // Bodies.
    MalformedBody = BAD_REQUEST "malformed-body" "Body is not well-formed JSON" retryable: false;
    InvalidBody = UNPROCESSABLE_ENTITY "invalid-body" "Body does not have the shape of this version" retryable: false;
    /// What stands in several places of the request does not fit together.
    InvalidRequest = UNPROCESSABLE_ENTITY "invalid-request" "Request does not have the shape of this version" retryable: false;
    /// What the handler refuses of a body that has the shape; see `Faults`.
    RefusedValues = UNPROCESSABLE_ENTITY "refused-values" "Body has values that are refused" retryable: false;
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" "Unsupported media type" retryable: false;
    BodyTooLarge = PAYLOAD_TOO_LARGE "body-too-large" "Body is too large" retryable: false;
    /// The body could not be read to its end.
    IncompleteBody = BAD_REQUEST "incomplete-body" "Body could not be read" retryable: true;

    // Idempotency. Two titles are those of draft-ietf-httpapi-idempotency-key-header-07.
    MissingKey = BAD_REQUEST "missing-key" "Idempotency-Key is missing" retryable: false;
    InvalidKey = BAD_REQUEST "invalid-key" "Idempotency-Key is invalid" retryable: false;
    KeyReused = UNPROCESSABLE_ENTITY "key-reused" "Idempotency-Key is already used" retryable: false;
    InProgress = CONFLICT "in-progress" "A request is outstanding for this Idempotency-Key" retryable: true;
    /// Credentials were sent to an operation whose callers are not told apart.
    ScopeMissing = FORBIDDEN "scope-missing" "The caller is not known to this operation" retryable: false;
    KeyExpired = GONE "key-expired" "Idempotency-Key has expired" retryable: false;
    ResponseUnavailable = GONE "response-unavailable" "The operation is done, its response was not kept" retryable: false;
    /// The effect may or may not have happened; the same key is safe to send again.
    OutcomeUnknown = CONFLICT "outcome-unknown" "The outcome is not known yet" retryable: true;
    StoreUnavailable = SERVICE_UNAVAILABLE "store-unavailable" "Idempotency records cannot be reached" retryable: true;
    RecordUnreadable = SERVICE_UNAVAILABLE "record-unreadable" "The idempotency record cannot be read" retryable: true;
    /// Too many operations are in progress, or the store is full.
    Overloaded = SERVICE_UNAVAILABLE "overloaded" "No room for another operation" retryable: true;

    /// A fault of the service itself; the document never says more.
    Internal = INTERNAL_SERVER_ERROR "internal-error" "Internal error" retryable: true;
}

impl Kind {
    /// The problem of this kind, with what is wrong this time.
    pub(crate) fn because(self, detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem::of(self).detail(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn the_documentation_lists_every_problem_as_it_is() {
        let documented: Vec<&str> =
            include_str!("../docs/problems.md").lines().filter(|line| line.starts_with("| `")).collect();
        let actual: Vec<String> = Kind::ALL
            .iter()
            .map(|kind| {
                let (slug, status) = (kind.slug(), kind.status().as_u16());
                format!("| `{slug}` | {status} | {} | {} |", kind.retryable(), kind.title())
            })
            .collect();
        assert_eq!(documented, actual);
    }
}

//! Everything that the expansions of the macros may touch. No logic, and no promise to anybody else.

// The typestates of `Api` and `Sources`, which messages of the compiler name.
pub use crate::api::{Decided, Joins, Kinds, NoStore, Once, Open, Provides, Undecided, Unpinned, Unused};
pub use crate::endpoint::assert::Asks;
pub use crate::endpoint::{
    Argument, ArgumentOf, Ask, Asked, BodyComparison, Changed, Classified, Classifier, CountedBy, CountedIn,
    Endpoint, EndpointKind, Endpoints, Ends, ErrorTranslatedBy, Extracting, FoundAs, Handled, HeadersOf,
    Hidden, HistoryBy, If, Invoke, IsScope, IsSteps, IsTransaction, Items, Made, Making, Meta, Method,
    Nameless, NeverRefuses, NoHeaders, NoResponse, NotDescribed, NotJson, NotRead, NotTranslated, NotTyped,
    Nothing, Order, OtherArgument, Otherwise, Part, Path, Plain, Range, ReadBody, ReadBy, ReadTogether,
    Refused, Replies, Responds, Shown, Stands, Statement, Together, TranslatedBy, TypeFacts, TypedBy,
    Unclassified, Unrepeatable, answered, answered_known, assert, broken, check, counted, described, either,
    extracting, found_as, is_before, known, made, returned, shown, upgraded_into,
};
#[cfg(feature = "idempotency")]
pub use crate::endpoint::{FoundBySomethingElse, Idempotent, RecoveredBy, ReferredBy, found_described};
#[cfg(feature = "idempotency")]
pub use crate::idempotency::{
    Fingerprinting, LostExecution, Recover, RecoversBy, Recovery, Reference, ReferenceResult, RefersBy,
    StoredReference, recover, refer,
};
pub use crate::idempotency_policy::{
    Errors, FingerprintForm, IdempotentPolicy, InProgress, KeyFormat, OnExpired, OnLost, OnStoreDown,
    Options, ScopeRule, Selection,
};
pub use crate::outcome::{Disposition, Outcome};
pub use crate::problem::Problem;
pub use crate::scope::{Scope, authorize, scope};
pub use crate::transform::translation::Translation;
pub use crate::transform::typed::TypedBody;
pub use crate::version::expanded as version;
pub use crate::version::{ApiVersions, Change, ParseVersionError};
pub use axum;
pub use axum::http;
pub use steadfast_core::{Brownout, Policy, Release, Timeline};
pub use steadfast_wire::__private::*;

/// The history of what may be of any type.
pub const UNKNOWN: &TypeHistory = &TypeHistory::UNKNOWN;

/// The traits that answer where a type does not: an answer of the type itself goes before theirs.
pub mod otherwise {
    #[cfg(feature = "idempotency")]
    pub use crate::endpoint::FoundBySomethingElse as _;
    pub use crate::endpoint::{
        Asked as _, Ends as _, NoHeaders as _, NoResponse as _, NotDescribed as _, NotRead as _,
        NotTranslated as _, NotTyped as _, OtherArgument as _, Otherwise as _, Unclassified as _,
    };
    pub use steadfast_wire::fingerprinted::CountsWhole as _;
}

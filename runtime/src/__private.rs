//! Everything that the expansions of the macros may touch. No logic, and no promise to anybody else.

// The typestates of `Api` and `Sources`, which messages of the compiler name.
pub use crate::api::{Decided, Joins, Kinds, NoStore, Once, Open, Provides, Undecided, Unpinned, Unused};
pub use crate::endpoint::assert::Asks;
pub use crate::endpoint::{
    Argument, ArgumentOf, Ask, Asked, BodyComparison, Changed, Classified, Classifier, CountedBy, CountedIn,
    Endpoint, Endpoints, Ends, ErrorTranslatedBy, Handled, HeadersOf, Hidden, HistoryBy, If, Invoke, IsScope,
    IsSteps, IsTransaction, Made, Making, Meta, Method, NeverRefuses, NoHeaders, NoResponse, NotDescribed,
    NotJson, NotRead, NotTranslated, NotTyped, Nothing, OtherArgument, Otherwise, Part, Path, PathShape,
    Range, ReadBody, ReadBy, ReadTogether, Refused, Replies, Responds, Shown, Stands, Statement, Together,
    TranslatedBy, TypedBy, Unclassified, Unrepeatable, answered, answered_known, any, assert, broken, check,
    counted, described, either, known, made, returned, shown, upgraded_into,
};
#[cfg(feature = "idempotency")]
pub use crate::endpoint::{FoundBySomethingElse, RecoveredBy, ReferredBy, found_described};
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
pub use crate::transform::exercise::exercised;
pub use crate::transform::fingerprinted::{
    Counted, CountsWhole, Fingerprinted, Unwritable, Writable, dropped, is_uncounted, uncounted,
};
pub use crate::transform::generated::{
    Checked, Downgraded, Function1, Function2, Function3, Function4, Given, Same, Upgraded, checked,
    downgraded, given, shape_name, upgraded,
};
pub use crate::transform::history::{ChangeVerb, Held, Law, Layout, TypeChange, TypeHistory};
pub use crate::transform::known::{IsKnown, NotKnown};
pub use crate::transform::members::{Newer, in_place};
pub use crate::transform::opened::{absent_in_replays, mark_sensitive, opened, shows_sensitive};
pub use crate::transform::reading::{Struct, column, column_or, read};
pub use crate::transform::shape::opaque::{NotShape, Opaque, OpaqueTells, TellsLess};
pub use crate::transform::shape::other::{Derived, NoOther, NotDerived, OtherDeserialize, OtherSerialize};
pub use crate::transform::shape::{
    Depth, Full, Holds, Inside, Null, Of, Shape, Told, all_tell, any_mixes, held, joined, opaque, rows_tell,
    type_id,
};
pub use crate::transform::stored;
pub use crate::transform::translation::Translation;
pub use crate::transform::typed::TypedBody;
pub use crate::transform::writing::{field, field_unless, write};
pub use crate::version::expanded as version;
pub use crate::version::{ApiVersions, Change, ParseVersionError};
pub use crate::wire::mode as wire;
pub use crate::wire::sensitive::{NotWritten, Sensitivity, inseparable, is_sensitive, sensitive};
pub use axum;
pub use axum::http;
pub use serde;
pub use steadfast_core::{Brownout, Date, Policy, Release, Timeline};
pub use steadfast_macros::Attributes;

/// A date that a macro has read already.
pub const fn date(text: &str) -> Date {
    match Date::parse(text) {
        Ok(date) => date,
        #[allow(clippy::panic, reason = "evaluated while compiling")]
        Err(_) => panic!("not a date"),
    }
}

/// The history of what may be of any type.
pub const UNKNOWN: &TypeHistory = &TypeHistory::UNKNOWN;

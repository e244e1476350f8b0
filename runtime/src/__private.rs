//! Everything that the expansions of the macros may touch. No logic, and no promise to anybody else.

pub use crate::endpoint::{
    Answered, Endpoint, Endpoints, Ends, Handled, InBody, Invoke, IsHeadOnly, IsScope, IsSteps,
    IsTransaction, IsVersioned, Made, Making, Meta, Method, NeedsRecord, NotInBody, Otherwise, Path, Range,
    Scope, Shape, Unrepeatable, assert, broken, check, made, scope,
};
pub use crate::idempotency::{
    Errors, IdempotentPolicy, InProgress, KeyFormat, Lost, OnExpired, OnLost, OnStoreDown, Options, Recover,
    Recovery, ScopeRule, recover,
};
pub use crate::problem::Problem;
pub use crate::transform::exercise::exercised;
pub use crate::transform::generated::{
    Function1, Function2, Function3, Function4, Given, History, HistoryOf, NoHistory, Same, Upgraded, given,
    shape_name, upgraded,
};
pub use crate::transform::history::{ChangeVerb, Held, Law, TypeChange, TypeHistory};
pub use crate::transform::members::{Newer, in_place};
pub use crate::transform::wire;
pub use crate::version::expanded as version;
pub use crate::version::{ApiVersions, Change, ParseVersionError};
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

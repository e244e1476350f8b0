//! Endpoints: one handler function with its method, path, version range and policies.
//!
//! Applications meet [`Endpoints`] and [`Endpoint`]; the rest is what the attributes expand to and what a message of the
//! compiler may name.

mod amend;
mod argument;
pub mod assert;
pub mod check;
mod classify;
mod comparison;
mod dates;
mod exercise;
mod gate;
mod handled;
#[cfg(feature = "idempotency")]
mod idempotent_service;
mod invoke;
mod known;
mod list;
mod meta;
mod older_writes;
mod operations;
mod order;
mod past;
#[cfg(test)]
mod path_tests;
mod probe;
mod response;
mod routes;
mod service;
mod together;
mod translated;

pub use crate::endpoint_change::{Part, Statement};
pub use argument::{Argument, ArgumentOf, Ask, Asked, OtherArgument, known};
pub use classify::{Classified, Classifier, Unclassified, returned};
pub use comparison::{
    BodyComparison, CountedBy, CountedIn, HistoryBy, NotRead, NotTyped, ReadBody, ReadBy, TypedBy, counted,
    either,
};
#[cfg(feature = "testing")]
pub(crate) use exercise::was_answered;
pub(crate) use gate::Gate;
#[cfg(feature = "idempotency")]
pub use handled::Idempotent;
pub use handled::{
    EndpointKind, Extracting, Handled, Made, Making, Plain, TypeFacts, broken, extracting, made,
};
pub use invoke::Invoke;
pub use known::{If, Stands};
pub use list::Endpoints;
pub(crate) use list::Needs;
pub(crate) use list::Registered;
pub use meta::{Endpoint, Meta, Method, Range};
pub use order::Order;
pub use past::{Changed, FoundAs, Refused, answered, answered_known, found_as, is_before, upgraded_into};
pub use probe::{
    Ends, IsScope, IsSteps, IsTransaction, NeverRefuses, NotJson, Otherwise, Replies, Unrepeatable,
};
pub use response::{
    Body, DescribeResponse, HeadersOf, Hidden, Items, Nameless, NoHeaders, NoResponse, NotDescribed, Opaque,
    Responds, Shown, described, shown,
};
#[cfg(feature = "idempotency")]
pub use response::{FoundBySomethingElse, RecoveredBy, ReferredBy, found_described};
pub(crate) use service::{EndpointCall, EndpointService};
pub use steadfast_core::path::Path;
pub use together::{Nothing, ReadTogether, Together};
pub(crate) use translated::is_response_alike;
pub use translated::{ErrorTranslatedBy, NotTranslated, TranslatedBy};

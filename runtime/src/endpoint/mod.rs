//! Endpoints: one handler function with its method, path, version range and policies.
//!
//! Applications meet [`Scope`] and [`Endpoints`] here; the rest is what the attributes expand to and what a message of
//! the compiler may name.

mod again;
mod amend;
mod answer;
pub mod assert;
mod bodies;
pub mod check;
mod dates;
mod exercise;
mod fields;
mod handled;
mod invoke;
mod judge;
mod known;
mod list;
mod message;
mod meta;
mod operations;
mod past;
mod path;
mod probe;
mod routes;
mod scope;
mod selected;
mod statement;
mod together;

pub use again::{
    AskedBy, ErrorToldBy, NotAsked, NotRestated, NotTold, ReadBy, Reads, RepeatedBy, RestatedBy, Tells,
    ToldBy,
};
pub(crate) use again::{answers_alike, restate};
pub(crate) use amend::shown;
pub(crate) use answer::{Answer, decided};
pub use bodies::{InBody, InError, InWhole, NotInBody, body};
#[cfg(feature = "testing")]
pub(crate) use exercise::was_answered;
pub(crate) use fields::assert_fields;
pub use fields::{NoOutline, OutlineOf};
pub use handled::{Handled, Made, Making, broken, made};
pub use invoke::Invoke;
pub(crate) use judge::judging;
pub use judge::{Judge, Judged, Unjudged, observed};
pub use known::{If, Stands, any};
pub(crate) use list::Registered;
pub use list::{Endpoints, Needs};
pub use meta::{Endpoint, Meta, Method, Range};
pub use past::{Answered, Changed, Refused, UpgradedInto, answered, upgraded_into};
pub use path::{Path, Shape};
pub use probe::{
    Ends, IsHeadOnly, IsScope, IsSteps, IsTransaction, IsVersioned, NeedsRecord, NotJson, Otherwise,
    Repeatable, Replies, Unrepeatable,
};
pub use scope::{Scope, scope};
pub(crate) use selected::leads_to;
pub use statement::{Part, Statement};
pub use together::{Nothing, ReadTogether, Together};

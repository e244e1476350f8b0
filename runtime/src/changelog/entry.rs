use serde::{Serialize, Serializer};
use steadfast_core::Date;

/// What changed from version to version; made by [`Endpoints::changelog`](crate::Endpoints::changelog).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Changelog {
    /// The declared versions, newest first.
    pub versions: Vec<VersionEntry>,
    /// The endpoints that end on a day of their own.
    pub ending: Vec<EndingEndpoint>,
    /// What endpoints read and show without saying what it is: its changes are nowhere in here.
    pub opaque: Vec<OpaqueEntry>,
}

/// One version, and what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct VersionEntry {
    /// The day that names it.
    #[serde(serialize_with = "as_text")]
    pub version: Date,
    /// Its short name.
    pub alias: Option<&'static str>,
    /// Whether it is not public yet.
    pub preview: bool,
    /// The day from which it is deprecated.
    #[serde(serialize_with = "as_maybe_text")]
    pub deprecated: Option<Date>,
    /// The day from which it is gone.
    #[serde(serialize_with = "as_maybe_text")]
    pub sunset: Option<Date>,
    /// The URL of the guide for leaving it.
    pub guide: Option<&'static str>,
    /// The endpoints that came, went or changed their handler, in the order of the list.
    pub endpoints: Vec<EndpointEntry>,
    /// The changes of types, in the order of the endpoints that have them.
    pub types: Vec<TypeEntry>,
    /// The changes of behaviour.
    pub behaviour: Vec<BehaviourEntry>,
}

/// What became of one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EndpointEntry {
    /// What happened.
    pub change: EndpointChange,
    /// The method it answers.
    pub method: &'static str,
    /// The path it answers; of one that moved, until then.
    pub path: &'static str,
    /// Where it moved to.
    pub to: Option<&'static str>,
    /// What changed, in generated words; only of one that changed.
    pub text: Option<String>,
    /// What the `note` of the change says.
    pub note: Option<&'static str>,
}

/// What a version does to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EndpointChange {
    /// It was not there before.
    Added,
    /// It is no more.
    Removed,
    /// It is there again, after versions without it.
    Restored,
    /// It is at another path: a handler of the same name and method ended as this one began. If several handlers have the
    /// name, the two have a type in common that no other pair of those that came and went has.
    Moved,
    /// Another handler answers it.
    Replaced,
    /// It is called, or answers, in another way: `changed(..)` of [`api_version`](crate::api_version).
    Changed,
}

/// One change of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TypeEntry {
    /// The name of the type, without its module.
    #[serde(rename = "type")]
    pub name: &'static str,
    /// The fields before.
    pub old: &'static [&'static str],
    /// The fields from then on.
    pub new: &'static [&'static str],
    /// The word of the statement, such as `added`, `changed`, `removed`, `renamed` or `constrained`.
    pub change: &'static str,
    /// `requests` if clients that move to the version must send other values under the same names, as of `constrained`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breaking: Option<&'static str>,
    /// What changed, in generated words.
    pub text: String,
    /// What the statement's `note` says.
    pub note: Option<&'static str>,
    /// `lossless`, `defaulted`, `lossy`, or nothing if the statement does not say.
    pub law: Option<&'static str>,
    /// What is lost on the way to an earlier version and back.
    pub loss: Option<&'static str>,
    /// The endpoints whose bodies have the type, such as `POST /payments`.
    pub endpoints: Vec<String>,
}

/// One change of behaviour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BehaviourEntry {
    /// The name of the change.
    pub name: &'static str,
    /// What changes for clients.
    pub note: &'static str,
}

/// An endpoint with a lifecycle of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EndingEndpoint {
    /// The method it answers.
    pub method: &'static str,
    /// The path it answers.
    pub path: &'static str,
    /// The day from which it is deprecated.
    #[serde(serialize_with = "as_maybe_text")]
    pub deprecated: Option<Date>,
    /// The day from which it is gone.
    #[serde(serialize_with = "as_maybe_text")]
    pub sunset: Option<Date>,
}

/// What one endpoint reads or shows without saying what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OpaqueEntry {
    /// The method it answers.
    pub method: &'static str,
    /// The path it answers.
    pub path: &'static str,
    /// Whether all of a body is meant: by `opaque` in [`api_version`](crate::api_version), or by a response whose body is
    /// [`Opaque`](crate::Opaque).
    pub bodies: bool,
    /// The fields with `#[opaque]`, such as `Payment.metadata`.
    pub fields: Vec<String>,
}

impl Changelog {
    /// The changelog as JSON, with a member for every field of this type.
    pub fn to_json(&self) -> String {
        // Texts, flags and lists: there is nothing in it that JSON cannot say.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

// With the signatures that serde's derive calls.
#[allow(clippy::trivially_copy_pass_by_ref)]
pub(super) fn as_text<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::ref_option)]
pub(super) fn as_maybe_text<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => serializer.collect_str(date),
        None => serializer.serialize_none(),
    }
}

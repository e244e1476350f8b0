//! What has been proved.

use super::changed::Past;
use crate::syntax::literals::DateLit;
use std::time::Duration;
use syn::{Ident, LitStr, Type};

pub(crate) struct Endpoint {
    pub(crate) method: Ident,
    pub(crate) path: LitStr,
    pub(crate) range: Range,
    pub(crate) deprecated: Option<DateLit>,
    pub(crate) sunset: Option<DateLit>,
    pub(crate) idempotent: Option<Policy>,
    pub(crate) past: Past,
}

pub(crate) enum Range {
    Neutral,
    /// Neutral, because there is no `#[api_version]`.
    Unsaid,
    Versions {
        since: DateLit,
        until: Option<DateLit>,
        gap: bool,
    },
}

pub(crate) struct Policy {
    pub(crate) ttl: Duration,
    pub(crate) lease: Duration,
    pub(crate) scope: Scope,
    pub(crate) operation: LitStr,
}

pub(crate) enum Scope {
    None,
    Extractor(Box<Type>),
}

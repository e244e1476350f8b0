//! What has been proved.

use super::changed::Past;
use super::idempotent::Policy;
use crate::syntax::literals::DateLit;
use syn::{Ident, LitStr};

pub(crate) struct Endpoint {
    pub(crate) method: Ident,
    pub(crate) path: LitStr,
    pub(crate) range: Range,
    /// The word that says that its bodies are not looked at.
    pub(crate) opaque: Option<Ident>,
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

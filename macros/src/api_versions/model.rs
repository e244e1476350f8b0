//! What has been proved.

use super::attr::Version;
use crate::syntax::literals::DateLit;
use syn::Ident;

/// At least one version, ascending, each consistent in itself.
pub(crate) struct Timeline {
    pub(crate) ident: Ident,
    pub(crate) versions: Vec<Version>,
    /// Ascending, none of them a version.
    pub(crate) removed: Vec<DateLit>,
    pub(crate) min_notice_days: Option<u32>,
    pub(crate) idempotency_required: bool,
    pub(crate) sunset_required: bool,
}

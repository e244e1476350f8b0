//! What has been proved.

use crate::syntax::literals::DateLit;
use syn::{Ident, Path};

pub(crate) struct Change {
    pub(crate) ident: Ident,
    pub(crate) timeline: Path,
    pub(crate) date: DateLit,
    /// Never empty.
    pub(crate) note: String,
}

use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;

/// Members whose shape follows the version; written when the problem is.
#[derive(Clone)]
pub(super) struct Extension(Arc<dyn Fn() -> Map<String, Value> + Send + Sync>);

impl Extension {
    pub(super) fn new(members: impl Fn() -> Map<String, Value> + Send + Sync + 'static) -> Self {
        Self(Arc::new(members))
    }

    pub(super) fn members(&self) -> Map<String, Value> {
        (self.0)()
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Extension").field(&self.members()).finish()
    }
}

use crate::wire::{self, to_value};
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// An extension member; it is written when the problem is, in the shape of the version that is served then.
#[derive(Clone)]
pub(super) struct Member(Arc<dyn Fn() -> Value + Send + Sync>);

impl Member {
    /// A value that cannot be JSON is `null`.
    pub(super) fn new(value: impl Serialize + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || wire::as_served(|| to_value(&value)).unwrap_or(Value::Null)))
    }

    /// Returns the value; `None` if nobody says in which version, and it has several shapes.
    pub(super) fn value(&self) -> Option<Value> {
        let (value, has_asked) = wire::asking(|| (self.0)());
        (!has_asked || wire::is_said()).then_some(value)
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Member(..)")
    }
}

use crate::transform::sensitive::{copied, seen, sensitive};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// An extension member, and what is kept of it if that is less.
#[derive(Debug, Clone)]
pub(super) struct Member {
    value: Value,
    copy: Option<Value>,
}

impl Member {
    pub(super) fn new(value: &impl Serialize) -> Self {
        let (whole, is_sensitive) = seen(|| written(value));
        Self { value: whole, copy: is_sensitive.then(|| copied(|| written(value))) }
    }
}

/// A value that cannot be JSON is `null`.
fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

impl Serialize for Member {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.copy {
            Some(copy) if sensitive() => copy.serialize(serializer),
            _ => self.value.serialize(serializer),
        }
    }
}

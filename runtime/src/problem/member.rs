use crate::wire::sensitive::sensitive;
use crate::wire::{Purpose, with};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// An extension member, and what a record has of it if that is less.
#[derive(Debug, Clone)]
pub(super) struct Member {
    value: Value,
    recorded: Option<Value>,
}

impl Member {
    pub(super) fn new(value: &impl Serialize) -> Self {
        let (whole, seen) = with(Purpose::Wire { is_recorded: true }, || written(value));
        let recorded = seen.sensitive.then(|| with(Purpose::Record, || written(value)).0);
        Self { value: whole, recorded }
    }
}

/// A value that cannot be JSON is `null`.
fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

impl Serialize for Member {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.recorded {
            Some(recorded) if sensitive() => recorded.serialize(serializer),
            _ => self.value.serialize(serializer),
        }
    }
}

use crate::transform::{Versioned, unserialisable};
use crate::wire::as_served;
use serde::Serialize;
use serde_json::{Map, Value};
use std::any::type_name;
use std::fmt;
use std::sync::Arc;

/// Members whose shape follows the version; written when the problem is.
#[derive(Clone)]
pub(super) struct Extension(Arc<dyn Fn() -> Map<String, Value> + Send + Sync>);

impl Extension {
    pub(super) fn new<T: Serialize + Send + Sync + 'static>(Versioned(members): Versioned<T>) -> Self {
        Self(Arc::new(move || match as_served(|| serde_json::to_value(&members)) {
            Ok(Value::Object(members)) => members,
            // The problem itself matters more than what it is extended with.
            Ok(_) => {
                drop(unserialisable(type_name::<T>(), &"the members of a problem must be an object"));
                Map::new()
            }
            Err(error) => {
                drop(unserialisable(type_name::<T>(), &error));
                Map::new()
            }
        }))
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

//! Where an error stands that no deserialiser places: an upgrade or a check refuses what was read whole before.
//!
//! serde's errors are text, so that the place is left beside the error, on its thread, for whoever answers it.

use serde::de::{Deserializer, Error as _};
use std::any::type_name;
use std::cell::RefCell;
use std::fmt::Display;

/// What was left: the error as text, and the place within what was being read.
struct Left {
    message: String,
    place: &'static str,
}

thread_local! {
    static LEFT: RefCell<Option<Left>> = const { RefCell::new(None) };
}

/// The error of a value that is refused; `place` is a JSON pointer within the type that is being read.
#[cold]
pub fn refused<'de, D: Deserializer<'de>>(why: &dyn Display, place: &'static str) -> D::Error {
    let message = why.to_string();
    let error = D::Error::custom(&message);
    // serde reads some values from a copy, such as those behind a tag, and no path leads on into it.
    let is_tracked = type_name::<D>().starts_with("serde_path_to_error::");
    LEFT.set((is_tracked && !place.is_empty()).then_some(Left { message, place }));
    error
}

/// Runs `read`, which keeps track of paths.
pub fn tracked<R>(read: impl FnOnce() -> R) -> R {
    LEFT.set(None);
    read()
}

/// What is to be appended to the path of the error with this text, and to no other: what refused a value may not be
/// what failed in the end.
pub fn of(message: &str) -> &'static str {
    LEFT.take().filter(|left| left.message == message).map_or("", |left| left.place)
}

use crate::problem::{Kind, Problem};
use crate::wire;
use crate::wire::Shape;
use bytes::Bytes;
use http::StatusCode;
use std::any::type_name;

/// Returns whether it is known in which shape a `T` is read and written here: in a call, in a scope such as that of
/// [`stored`](super::stored), and of a type that never changed anywhere.
pub(crate) fn has_shape<T: Shape>() -> bool {
    !const { T::HISTORY.has_changes() } || wire::is_said()
}

/// Returns a problem if it is not known in which shape a `T` is read or written here.
///
/// # Panics
/// Then, in debug builds.
pub(crate) fn in_call<T: Shape>() -> Result<(), Problem> {
    if has_shape::<T>() {
        return Ok(());
    }
    wire::out_of_call(type_name::<T>());
    Err(Problem::of(Kind::Internal))
}

/// Returns what stands in place of the body of a response, if it is not known in which shape a `T` is written here.
pub(crate) fn unknown<T: Shape>() -> Option<(StatusCode, Bytes)> {
    (!has_shape::<T>()).then(|| {
        let problem = Problem::of(Kind::Internal);
        (problem.status(), serde_json::to_vec(&problem).unwrap_or_default().into())
    })
}

//! What stands in the bounds of an endpoint, and has been asked to be what it must be elsewhere.

/// That what is asked in its constant holds. If it does not, the constant fails and has been told of, and the compiler says
/// no more of what holds it.
#[derive(Debug)]
pub struct If<const HOLDS: bool>;

/// What stands for `T`, if something else holds.
pub trait Stands<T> {
    /// `T`.
    type Type;
}

impl<T> Stands<T> for If<true> {
    type Type = T;
}

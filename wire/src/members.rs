//! What the expansion of `#[versioned]` on an enum needs.

use std::fmt;

/// A downgrade gave a variant that the older clients do not know either.
#[derive(Debug)]
pub struct Newer {
    /// The name of the enum.
    pub enumeration: &'static str,
    /// The date that the variants were added in.
    pub date: &'static str,
    /// The variant that was to be shown.
    pub from: &'static str,
    /// The variant that its downgrade gave.
    pub to: &'static str,
}

impl fmt::Display for Newer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { enumeration, date, from, to } = self;
        write!(
            f,
            "the downgrade of `{enumeration}::{from}`, added in {date}, gave `{enumeration}::{to}`, which was not there before {date} either"
        )
    }
}

/// What `upgrade = ..` may be for a unit variant of `T` that is gone. `M` tells the two impls apart.
#[diagnostic::on_unimplemented(
    message = "this upgrade is `{Self}`, where a `{T}` stands in place of the variant that is gone",
    label = "must be a `{T}`, or a function that returns one"
)]
pub trait InPlace<T, M> {
    /// The value at head.
    fn value(self) -> T;
}

impl<T> InPlace<T, super::generated::Value> for T {
    fn value(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T, F: FnOnce() -> T> InPlace<T, super::generated::Function> for F {
    fn value(self) -> T {
        self()
    }
}

/// What `upgrade = ..` says in place of a unit variant.
pub fn in_place<T, V: InPlace<T, M>, M>(value: V) -> T {
    value.value()
}

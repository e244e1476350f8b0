//! Types of which all shapes are known.

mod containers;
pub mod depth;
mod leaves;
pub mod opaque;
pub mod other;
pub mod told;

pub use depth::{Depth, Full, Holds, Inside, Of};
pub use leaves::Value;
pub use told::{Null, Told, all_tell};

use super::history::{Held, TypeChange, TypeHistory, id};

/// A type of which all shapes are known: how it was written in each version, and so of each type that it holds.
///
/// [`#[versioned]`](macro@crate::versioned) implements it, on types with a history and on types without one. So do numbers,
/// texts and the other types that serde writes as one value, dates and the like of crates that a feature names, and lists,
/// maps, options, pointers and tuples of such types.
///
/// Whatever a versioned endpoint reads or writes must be of such a type: if one in between said nothing of its versions, a
/// change of what it holds would reach old clients, and nobody would have been told.
///
/// ```
/// use serde::Serialize;
/// use steadfast::{Shape, Versioned, versioned};
///
/// #[versioned]
/// #[derive(Serialize)]
/// struct Page<T> {
///     items: Vec<T>,
///     next: Option<String>,
/// }
///
/// // A generic function says so of its parameter.
/// fn page<T: Shape + Serialize>(items: Vec<T>) -> Versioned<Page<T>> {
///     Versioned(Page { items, next: None })
/// }
///
/// let page = page(vec![1, 2]);
/// ```
#[diagnostic::on_unimplemented(
    message = "the shapes of `{Self}` are not known, so that a change of what it holds could reach old clients",
    label = "not `#[versioned]`",
    note = "write `#[versioned]` above the derives of the type, also if nothing in it has ever changed",
    note = "for a type of another crate write `#[opaque]` on the field that holds it, or `opaque` in `#[api_version(..)]` if no field does"
)]
pub trait Shape {
    /// The path of the type, empty if it has no history of its own.
    #[doc(hidden)]
    const PATH: &'static str = "";

    /// What tells it from others; 0 if it has no history of its own.
    #[doc(hidden)]
    const ID: u64 = 0;

    /// What tells its attribute from others: a type is the same with any parameters.
    #[doc(hidden)]
    const DECLARED: u64 = Self::ID;

    /// What tells it from others between the angle brackets of a type.
    #[doc(hidden)]
    const KEY: u64 = Self::ID;

    /// What changed about it, newest first. It names no other type, so that types may hold each other.
    #[doc(hidden)]
    const CHANGES: &'static [TypeChange] = &[];

    /// That, with what it holds.
    #[doc(hidden)]
    const HISTORY: &'static TypeHistory = &TypeHistory::LEAF;

    /// How many keys or positions stand between it and the type that `ID` means.
    #[doc(hidden)]
    const NESTING: usize = 0;

    /// Whether neither it nor what it holds can have a history.
    #[doc(hidden)]
    const IS_LEAF: bool = false;

    /// What it holds, to a depth.
    #[doc(hidden)]
    type At<D: Depth>: Inside;
}

/// Returns a field of type `T`, with what it holds to the depth `D`.
pub const fn held<T: Shape + ?Sized, D: Depth>(field: &'static str, at: &'static str) -> Held {
    Held {
        field,
        at,
        id: T::ID,
        changes: T::CHANGES,
        history: if T::IS_LEAF { None } else { Some(|| T::HISTORY) },
        nesting: T::NESTING,
        inside: <D::Of<T> as Inside>::HELD,
        tells: <D::Of<T> as Inside>::TELLS,
        null: <D::Of<T> as Inside>::NULL,
        mixes: <D::Of<T> as Inside>::MIXES,
    }
}

/// Returns what tells a type from others by its path and by the line and column of its attribute: types inside of two
/// functions may have one path.
pub const fn type_id(path: &str, line: u32, column: u32) -> u64 {
    joined(joined(id(path), line as u64), column as u64)
}

/// Returns what tells a type from others that has a parameter.
pub const fn joined(id: u64, parameter: u64) -> u64 {
    (id ^ parameter).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(5)
}

/// Returns a field with `#[opaque]`, the text of which `tells` so much.
pub const fn opaque(field: &'static str, at: &'static str, tells: Told) -> Held {
    Held { field, at, tells, ..Held::SKIPPED }
}

/// Returns whether names of several types stand in one object of some field.
pub const fn any_mixes(held: &[Held]) -> bool {
    let mut i = 0;
    while i < held.len() {
        if held[i].mixes {
            return true;
        }
        i += 1;
    }
    false
}

/// Returns how much the texts of some fields tell, by their positions.
pub const fn rows_tell(held: &[Held], rows: &[usize]) -> Told {
    let mut told = Told::ALL;
    let mut i = 0;
    while i < rows.len() {
        told = told.and(held[rows[i]].tells);
        i += 1;
    }
    told
}

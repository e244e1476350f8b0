//! Facts about types that the expansion of `#[versioned]` asks where the user wrote the type.

use crate::Message;

/// A type that says nothing of its fields holds none that does.
///
/// # Panics
/// While compiling, if it does.
#[track_caller]
pub const fn passed_on(skips: bool, within: &[bool]) {
    #[allow(
        clippy::panic,
        clippy::manual_assert,
        reason = "evaluated while compiling: this is the error message"
    )]
    if !skips && any(within) {
        panic!(
            "a type in here says which of its fields count when a retry is compared, and the type around it says nothing, so that all of them would\n\
             help: derive `Fingerprint` on the type around it, or hold it in a list, a map or an option"
        );
    }
}

/// A type that a `#[versioned]` type holds leaves out the fields that do not count, also where the outer type writes it.
///
/// # Panics
/// While compiling, if it does not.
#[track_caller]
pub const fn writes_itself(are_foreign: &[bool]) {
    #[allow(
        clippy::panic,
        clippy::manual_assert,
        reason = "evaluated while compiling: this is the error message"
    )]
    if any(are_foreign) {
        panic!(
            "a type in here says which of its fields count when a retry is compared, and is not `#[versioned]`, so that all of them would where a versioned type holds it\n\
             help: write `#[versioned]` above its derives"
        );
    }
}

/// A field with `#[opaque]` is of a type of which nothing is known.
///
/// # Panics
/// While compiling, if it is not.
#[track_caller]
pub const fn is_opaque(is_known: bool) {
    #[allow(
        clippy::manual_assert,
        clippy::panic,
        reason = "evaluated while compiling: this is the error message"
    )]
    if is_known {
        panic!(
            "`opaque` hides the shapes of this type, which are known\n\
             help: remove `#[opaque]`"
        );
    }
}

/// A type implements a trait of serde by `#[versioned]`, or not at all.
///
/// # Panics
/// While compiling, if another implementation `is_there`.
#[track_caller]
pub const fn only_ours(is_there: bool, word: &str) {
    if is_there {
        Message::new("`")
            .text(word)
            .text("` of this type is implemented by something else, which knows its newest shape only, so that old clients would meet that\nhelp: put `#[versioned]` above `#[derive(")
            .text(word)
            .text(")]`, by this name, or remove that implementation")
            .fail();
    }
}

/// A field with `overwrite` is no `Known`.
///
/// # Panics
/// While compiling, if it is.
#[track_caller]
pub const fn overwrites(is_known: bool) {
    #[allow(
        clippy::manual_assert,
        clippy::panic,
        reason = "evaluated while compiling: this is the error message"
    )]
    if is_known {
        panic!(
            "`overwrite` contradicts `Known`, because a field of that type says that an older client has not spoken about it\n\
             help: remove one of the two"
        );
    }
}

/// Returns whether one of them holds.
pub const fn any(all: &[bool]) -> bool {
    let mut i = 0;
    while i < all.len() {
        if all[i] {
            return true;
        }
        i += 1;
    }
    false
}

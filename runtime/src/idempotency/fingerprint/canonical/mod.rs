//! One form for all JSON documents that say the same.

mod layout;
mod number;
mod pointers;
mod scan;

pub(super) use pointers::Chosen;

use std::borrow::Cow;

/// Positions are kept in 32 bits, and a number by its value may be longer than as it was written.
const LONGEST: usize = 1 << 30;

/// What of a document counts, and how.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Form {
    /// Whether numbers count by their value. Otherwise `1` and `1.0` are different, as they are to a handler that reads
    /// an integer.
    pub(super) numbers_by_value: bool,
    /// `None` if everything does.
    pub(super) chosen: Option<Chosen>,
}

/// A form of the JSON document `body` in which white space, the order of members and the escapes of strings no longer
/// show: JSON itself unless `form` leaves something out. `None` if the body is not JSON: then only its bytes say what it
/// is.
///
/// Members that repeat a name all count, in the order they came in, because readers differ in which of them they
/// believe.
pub(super) fn canonical(body: &[u8], form: Form) -> Option<Cow<'_, [u8]>> {
    if body.len() > LONGEST {
        return None;
    }
    let (text, layout) = scan::scan(body, form)?;
    if !layout.moves_anything() {
        return Some(text);
    }
    let mut sorted = Vec::with_capacity(text.len());
    layout.write(&text, &mut sorted);
    Some(Cow::Owned(sorted))
}

#[cfg(test)]
mod tests;

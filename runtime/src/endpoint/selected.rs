//! That a part of a body which is picked out is there at every version.

use super::again::Reads;
use super::message::Message;
use super::meta::{Endpoint, Range};
use crate::idempotency::Parts;
use crate::transform::history::{Held, TypeChange};

/// What `pointer`, one of `all` that count and nothing else, points at in the newest shape is pointed at in every older
/// one, under the name it had there: where nothing counts all bodies would be the same request. So many keys or positions
/// stand around the type that is read, such as one in a list.
///
/// # Panics
/// While compiling, if it is not.
#[track_caller]
pub const fn points_at_every_version<E: Endpoint>(
    pointer: &str,
    all: &[&str],
    reads: &Reads,
    nesting: usize,
) {
    let (Range::Versions { since, .. }, Some(_), Some(history)) =
        (E::META.range, reads.restating, reads.history)
    else {
        return;
    };
    let look = Look { pointer, all, since: since.number() };
    if let Some(from) = behind(pointer.as_bytes(), 0, &[], nesting) {
        look.at(from, false, history.changes, history.held);
    }
}

/// The type of the body does not say that what `pointer` leads to does not count.
///
/// # Panics
/// While compiling, if it does.
#[track_caller]
pub const fn counts(pointer: &str, said: Option<&Parts>) {
    if let Some(said) = said
        && said.skips(pointer)
    {
        Message::new(
            "this counts, as `fields` has it, and by `#[fingerprint(skip)]` on the field it does not\n",
        )
        .text("help: remove it from `fields(..)`, or remove the attribute from the field")
        .fail();
    }
}

/// Whether a pointer leads to a member of this name, and nowhere else.
pub(crate) const fn leads_to(pointer: &str, name: &str) -> bool {
    let bytes = pointer.as_bytes();
    let is_any = bytes.len() > 1 && bytes[1] == b'*';
    !is_any && is_name(bytes, 0, name.as_bytes())
}

struct Look<'a> {
    pointer: &'a str,
    all: &'a [&'a str],
    since: u32,
}

impl Look<'_> {
    /// Looks at the segment that begins at `from`, in a type with these changes; what stands before it `is_renamed` if it
    /// had another name once.
    #[track_caller]
    const fn at(&self, from: usize, is_renamed: bool, changes: &[TypeChange], held: &[Held]) {
        let pointer = self.pointer.as_bytes();
        if from >= pointer.len() {
            return;
        }
        let (mut i, mut is_renamed_here) = (0, is_renamed);
        while i < changes.len() {
            let TypeChange { date, old, new, is_flat, .. } = &changes[i];
            if date.number() > self.since && !*is_flat && names(new, pointer, from) {
                is_renamed_here = true;
                let mut j = 0;
                while j < old.len() {
                    if !self.names_instead(from, is_renamed, old[j]) {
                        let instead =
                            Message::new("before ").date(*date).text(" this is called ").code(old[j]);
                        instead
                            .text(", which is not listed, so that there bodies would be the same request that differ in it\n")
                            .text("help: list ")
                            .code(old[j])
                            .text(" too, or write `skip(..)` with what does not count")
                            .fail();
                    }
                    j += 1;
                }
            }
            i += 1;
        }
        let mut i = 0;
        while i < held.len() {
            let Held { at, changes, nesting, inside, .. } = &held[i];
            if let Some(end) = behind(pointer, from, at.as_bytes(), *nesting) {
                self.at(end, is_renamed_here, changes, inside);
            }
            i += 1;
        }
    }

    /// Whether one of the pointers leads to `name` in the place of the segment at `from`, or to what holds it.
    const fn names_instead(&self, from: usize, is_renamed: bool, name: &str) -> bool {
        let mut i = 0;
        while i < self.all.len() {
            let (other, pointer) = (self.all[i].as_bytes(), self.pointer.as_bytes());
            if other.len() <= from
                && starts_with(pointer, 0, other, other.len())
                && pointer[other.len()] == b'/'
            {
                return true;
            }
            if starts_with(other, 0, pointer, from) && is_name(other, from, name.as_bytes()) {
                return true;
            }
            // At that time it stood below another name.
            if is_renamed && is_name(other, as_deep(other, pointer, from), name.as_bytes()) {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// Where in `other` as many segments have gone before as in `pointer` at `from`.
const fn as_deep(other: &[u8], pointer: &[u8], from: usize) -> usize {
    let (mut left, mut i) = (0, 0);
    while i < from {
        left += (pointer[i] == b'/') as usize;
        i += 1;
    }
    let mut at = 0;
    while at < other.len() && (left > 0 || other[at] != b'/') {
        left -= (other[at] == b'/') as usize;
        at += 1;
    }
    at
}

const fn names(all: &[&str], pointer: &[u8], from: usize) -> bool {
    let mut i = 0;
    while i < all.len() {
        if is_name(pointer, from, all[i].as_bytes()) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether the segment of `pointer` that begins with the slash at `from` leads to `name`.
const fn is_name(pointer: &[u8], from: usize, name: &[u8]) -> bool {
    if from >= pointer.len() {
        return false;
    }
    let (mut at, mut i) = (from + 1, 0);
    if at < pointer.len() && pointer[at] == b'*' && (at + 1 == pointer.len() || pointer[at + 1] == b'/') {
        return true;
    }
    while i < name.len() {
        if at >= pointer.len() {
            return false;
        }
        let (byte, length) = match pointer[at] {
            b'~' if at + 1 < pointer.len() => match pointer[at + 1] {
                b'0' => (b'~', 2),
                b'1' => (b'/', 2),
                _ => (b'*', 2),
            },
            b'/' => return false,
            byte => (byte, 1),
        };
        if byte != name[i] {
            return false;
        }
        (at, i) = (at + length, i + 1);
    }
    at == pointer.len() || pointer[at] == b'/'
}

/// Whether the first `length` bytes of both are equal, from `from` on.
const fn starts_with(text: &[u8], from: usize, start: &[u8], length: usize) -> bool {
    let mut i = 0;
    while i < length {
        if from + i >= text.len() || text[from + i] != start[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Where `pointer` goes on behind `way`, which begins at `from`, and so many segments more.
const fn behind(pointer: &[u8], from: usize, way: &[u8], nesting: usize) -> Option<usize> {
    if !starts_with(pointer, from, way, way.len()) {
        return None;
    }
    let (mut end, mut left) = (from + way.len(), nesting);
    if end < pointer.len() && pointer[end] != b'/' {
        return None;
    }
    while left > 0 {
        if end >= pointer.len() {
            return None;
        }
        end += 1;
        while end < pointer.len() && pointer[end] != b'/' {
            end += 1;
        }
        left -= 1;
    }
    Some(end)
}

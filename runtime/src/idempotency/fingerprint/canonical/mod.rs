//! One form for all JSON documents that say the same.

mod layout;
mod pointers;
mod scan;

use layout::Layout;
use std::cell::Cell;

/// Positions are kept in 32 bits.
const LONGEST: usize = 1 << 30;

/// What a thread needs for a document, kept for its next one: to ask for so much memory anew takes a good part of the time
/// that a small document takes.
#[derive(Default)]
struct Spare {
    layout: Layout,
    text: Vec<u8>,
    sorted: Vec<u8>,
}

/// How much of the spare memory is kept, in members and in bytes.
const KEPT: (usize, usize) = (2 << 10, 32 << 10);

thread_local! {
    static SPARE: Cell<Option<Box<Spare>>> = const { Cell::new(None) };
}

/// Calls `then` with a form of the JSON document `body` in which white space, the order of members and the escapes of
/// strings no longer show: JSON itself unless `skip` points at something that is left out. `None` if the body is not JSON: then only its
/// bytes say what it is.
///
/// Members that repeat a name all count, in the order they came in, because readers differ in which of them they
/// believe.
pub(super) fn canonical<R>(
    body: &[u8],
    skip: &'static [&'static str],
    then: impl FnOnce(Option<&[u8]>) -> R,
) -> R {
    if body.len() > LONGEST {
        return then(None);
    }
    let mut spare = SPARE.take().unwrap_or_default();
    let found = then(written(body, skip, &mut spare));
    spare.layout.clear();
    spare.text.clear();
    spare.sorted.clear();
    if spare.layout.members() <= KEPT.0 && spare.text.capacity().max(spare.sorted.capacity()) <= KEPT.1 {
        SPARE.set(Some(spare));
    }
    found
}

fn written<'a>(body: &'a [u8], skip: &'static [&'static str], spare: &'a mut Spare) -> Option<&'a [u8]> {
    let Spare { layout, text, sorted } = spare;
    let text = scan::scan(body, skip, layout, text)?;
    if !layout.moves_anything() {
        return Some(text);
    }
    sorted.reserve(text.len());
    layout.write(text, sorted);
    Some(sorted)
}

#[cfg(test)]
mod tests;

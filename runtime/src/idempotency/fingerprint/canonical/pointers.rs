//! JSON pointers to the parts of a document that do not count.
//!
//! Pointers are those of RFC 6901, in which `*` stands for every element of a list and every value of a map, and `~2` for
//! a `*` that is part of a name.

/// How much of a value counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    All,
    /// All but some of its parts.
    AllBut,
    Nothing,
}

impl Counts {
    /// Returns `true` if some of its parts do not count.
    pub(super) fn by_part(self) -> bool {
        self == Self::AllBut
    }

    /// Returns `true` if the parts that no pointer leads to count.
    pub(super) fn rest(self) -> bool {
        self != Self::Nothing
    }
}

/// The place in the document where its reader is.
pub(super) struct Place {
    /// The rests of the pointers that lead on below each value that is open, outermost first.
    rests: Vec<&'static str>,
    /// Where those of the innermost value begin.
    innermost: usize,
}

impl Place {
    pub(super) fn root(skip: &[&'static str]) -> (Self, Counts) {
        let root = Self {
            rests: skip.iter().copied().filter(|pointer| !pointer.is_empty()).collect(),
            innermost: 0,
        };
        let counts = if root.rests.len() < skip.len() { Counts::Nothing } else { Counts::AllBut };
        (root, counts)
    }

    /// Goes to a member or an element of a value of which `outside` counts, and returns where to go
    /// [back](Self::leave) to.
    pub(super) fn enter(&mut self, name: &[u8], outside: Counts) -> (usize, Counts) {
        let (from, to) = (self.innermost, self.rests.len());
        self.innermost = to;
        let mut counts = if outside.rest() { Counts::All } else { Counts::Nothing };
        for at in from..to {
            match below(self.rests[at], name) {
                Some("") => counts = Counts::Nothing,
                Some(rest) => self.rests.push(rest),
                None => {}
            }
        }
        if counts == Counts::All && self.rests.len() > to {
            counts = Counts::AllBut;
        }
        (from, counts)
    }

    pub(super) fn leave(&mut self, outside: usize) {
        self.rests.truncate(self.innermost);
        self.innermost = outside;
    }
}

/// Returns the rest of a pointer behind its first segment, if that leads to `name`.
fn below(pointer: &'static str, name: &[u8]) -> Option<&'static str> {
    let pointer = pointer.strip_prefix('/')?;
    let (segment, rest) = pointer.split_at(pointer.find('/').unwrap_or(pointer.len()));
    (segment == "*" || is_name(segment.as_bytes(), name)).then_some(rest)
}

fn is_name(mut segment: &[u8], mut name: &[u8]) -> bool {
    while let Some((&byte, rest)) = name.split_first() {
        let after = match byte {
            b'~' => segment.strip_prefix(b"~0"),
            b'/' => segment.strip_prefix(b"~1"),
            b'*' if segment.starts_with(b"~") => segment.strip_prefix(b"~2"),
            byte => segment.strip_prefix(&[byte]),
        };
        let Some(after) = after else { return false };
        (segment, name) = (after, rest);
    }
    segment.is_empty()
}

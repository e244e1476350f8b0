/// JSON pointers (RFC 6901) that say which parts of a document count.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Pointers {
    /// What they point at counts, and nothing else.
    Only(&'static [&'static str]),
    /// What they point at does not count.
    Except(&'static [&'static str]),
}

/// How much of a value counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    All,
    /// What is said of its parts.
    Some,
    Nothing,
}

/// Where in the document its reader is, as a pointer.
pub(super) struct Place {
    pointers: Pointers,
    path: Vec<u8>,
}

impl Place {
    pub(super) fn root(pointers: Pointers) -> (Self, Counts) {
        let root = Self { pointers, path: Vec::new() };
        let counts = root.counts();
        (root, counts)
    }

    /// Goes to a member, and returns where to go [back](Self::leave) to.
    pub(super) fn enter(&mut self, name: &[u8]) -> (usize, Counts) {
        let outside = self.path.len();
        self.path.push(b'/');
        for &byte in name {
            match byte {
                b'~' => self.path.extend_from_slice(b"~0"),
                b'/' => self.path.extend_from_slice(b"~1"),
                byte => self.path.push(byte),
            }
        }
        (outside, self.counts())
    }

    pub(super) fn leave(&mut self, outside: usize) {
        self.path.truncate(outside);
    }

    /// Whether a value of which only parts count is left out if it has none of them.
    pub(super) fn leaves_out_the_rest(&self) -> bool {
        matches!(self.pointers, Pointers::Only(_))
    }

    fn counts(&self) -> Counts {
        let (Pointers::Only(pointers) | Pointers::Except(pointers)) = self.pointers;
        let mut leads_on = false;
        for pointer in pointers {
            match pointer.as_bytes().strip_prefix(&*self.path) {
                Some([]) => return if self.leaves_out_the_rest() { Counts::All } else { Counts::Nothing },
                Some([b'/', ..]) => leads_on = true,
                _ => {}
            }
        }
        match (leads_on, self.leaves_out_the_rest()) {
            (true, _) => Counts::Some,
            (false, true) => Counts::Nothing,
            (false, false) => Counts::All,
        }
    }
}

use super::super::intent::{Parts, PartsOf, Told};

/// Which parts of a document count.
///
/// Pointers are those of RFC 6901, in which `*` stands for every element of a list and every value of a map, and `~2`
/// for a `*` that is part of a name.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Chosen {
    /// What these point at counts, and nothing else.
    pub(in super::super) only: Option<&'static [&'static str]>,
    /// What these point at does not count.
    pub(in super::super) except: &'static [&'static str],
    /// What these say of a part of theirs that does not count, it does not count.
    pub(in super::super) typed: &'static [Option<PartsOf>],
}

impl Chosen {
    pub(in super::super) fn is_all(&self) -> bool {
        self.only.is_none() && self.except.is_empty() && self.typed.iter().all(Option::is_none)
    }
}

/// How much of a value counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    All,
    /// All but what is said of its parts.
    AllBut,
    /// Only what is said of its parts.
    Only,
    Nothing,
}

impl Counts {
    /// Whether something is said of its parts.
    pub(super) fn by_part(self) -> bool {
        matches!(self, Self::AllBut | Self::Only)
    }

    /// Whether what nothing is said of counts.
    pub(super) fn rest(self) -> bool {
        matches!(self, Self::All | Self::AllBut)
    }
}

/// What is still to be followed below a value.
#[derive(Clone, Copy)]
enum Lead {
    /// The rest of a pointer to what counts.
    Only(&'static str),
    /// The rest of a pointer to what does not.
    Except(&'static str),
    /// What the type of the value says.
    Type(&'static Parts),
}

/// Where in the document its reader is.
pub(super) struct Place {
    /// What is to be followed below each value that is open, outermost first.
    leads: Vec<Lead>,
    /// Where those of the innermost begin.
    innermost: usize,
}

impl Place {
    pub(super) fn root(chosen: Chosen) -> (Self, Counts) {
        let mut root = Self { leads: Vec::with_capacity(16), innermost: 0 };
        let mut verdict = Verdict { is_chosen: chosen.only.is_none(), is_skipped: false };
        for pointer in chosen.only.unwrap_or_default() {
            root.follow(Lead::Only(pointer), &mut verdict);
        }
        for pointer in chosen.except {
            root.follow(Lead::Except(pointer), &mut verdict);
        }
        for parts in chosen.typed.iter().flatten() {
            root.leads.push(Lead::Type(parts()));
        }
        let counts = root.counts(&verdict);
        (root, counts)
    }

    /// Goes to a member or an element of a value of which `outside` counts, and returns where to go
    /// [back](Self::leave) to.
    pub(super) fn enter(&mut self, name: &[u8], outside: Counts) -> (usize, Counts) {
        let (from, to) = (self.innermost, self.leads.len());
        self.innermost = to;
        let mut verdict = Verdict { is_chosen: outside.rest(), is_skipped: false };
        let mut typed = Verdict { is_chosen: false, is_skipped: false };
        for at in from..to {
            match self.leads[at] {
                Lead::Only(pointer) => {
                    if let Some(rest) = below(pointer, name) {
                        self.follow(Lead::Only(rest), &mut verdict);
                    }
                }
                Lead::Except(pointer) => {
                    if let Some(rest) = below(pointer, name) {
                        self.follow(Lead::Except(rest), &mut verdict);
                    }
                }
                Lead::Type(parts) => {
                    let leads = &mut self.leads;
                    parts.told(name, &mut |told| match told {
                        Told::Skipped => typed.is_skipped = true,
                        Told::Whole => typed.is_chosen = true,
                        Told::Of(parts) => leads.push(Lead::Type(parts)),
                    });
                }
            }
        }
        // Types may differ in what they say, as those of two versions do: what counts for one counts.
        let is_type = |lead: &Lead| matches!(lead, Lead::Type(_));
        if typed.is_chosen {
            let mut at = to;
            while at < self.leads.len() {
                if is_type(&self.leads[at]) {
                    self.leads.swap_remove(at);
                } else {
                    at += 1;
                }
            }
        } else if typed.is_skipped && !self.leads[to..].iter().any(is_type) {
            verdict.is_skipped = true;
        }
        (from, self.counts(&verdict))
    }

    pub(super) fn leave(&mut self, outside: usize) {
        self.leads.truncate(self.innermost);
        self.innermost = outside;
    }

    fn follow(&mut self, lead: Lead, verdict: &mut Verdict) {
        match lead {
            Lead::Only("") => verdict.is_chosen = true,
            Lead::Except("") => verdict.is_skipped = true,
            lead => self.leads.push(lead),
        }
    }

    fn counts(&self, verdict: &Verdict) -> Counts {
        let leads = &self.leads[self.innermost..];
        let is_only = |lead: &Lead| matches!(lead, Lead::Only(_));
        match (verdict.is_skipped, verdict.is_chosen) {
            (false, true) if leads.iter().all(is_only) => Counts::All,
            (false, true) => Counts::AllBut,
            (false, false) if leads.iter().any(is_only) => Counts::Only,
            (true, _) | (false, false) => Counts::Nothing,
        }
    }
}

/// What is known of a value from what points at it.
struct Verdict {
    is_chosen: bool,
    is_skipped: bool,
}

/// The rest of a pointer behind its first segment, if that leads to `name`.
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

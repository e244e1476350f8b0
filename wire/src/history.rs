//! What a `#[versioned]` type says about its past, as data.

use super::shape::{Null, Told};
use std::fmt;
use steadfast_core::Date;

/// Everything that changed about one type.
#[derive(Debug)]
pub struct TypeHistory {
    /// What tells the type from others; 0 if it has no history of its own.
    pub id: u64,
    /// The path of the type, such as `payments::Payment`; empty if it has no history of its own.
    pub path: &'static str,
    /// Whether older shapes are written.
    pub writes: bool,
    /// Whether older shapes are read.
    pub reads: bool,
    /// The changes, newest first.
    pub changes: &'static [TypeChange],
    /// The fields of the newest shape and of older ones.
    pub held: &'static [Held],
    /// The fields of types that say nothing of their versions.
    pub opaque: &'static [&'static str],
    /// How the newest shape names its parts.
    pub layout: Layout,
}

/// How a type names its parts on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Fields, by their names.
    Fields,
    /// So many fields, by their positions; a single one is not named.
    Positions(usize),
    /// Variants, each the one name in an object.
    Variants,
    /// Variants, which a tag or nothing tells apart; so many hold anything.
    Tagged(usize),
    /// Anything.
    Unknown,
}

/// A field, and what is known about its type.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// Its name, as clients see it.
    pub field: &'static str,
    /// The JSON pointer to it, from where the type that has it is; empty for what has no name on the wire.
    pub at: &'static str,
    /// What tells its type from others; 0 if it has no history.
    pub id: u64,
    /// What changed about its type.
    pub changes: &'static [TypeChange],
    /// The history of its type, if it has one.
    pub history: Option<HistoryFn>,
    /// How many keys or positions stand between the field and its type, such as one for a list.
    pub nesting: usize,
    /// What its type holds in turn, to a depth at which constants end.
    pub inside: &'static [Held],
    /// How much the text of a value tells.
    pub tells: Told,
    /// When a value is written as `null`.
    pub null: Null,
    /// Whether names of several types stand in one object of it.
    pub mixes: bool,
}

impl Held {
    /// A field that is not on the wire.
    pub const SKIPPED: Self = Self {
        field: "",
        at: "",
        id: 0,
        changes: &[],
        history: None,
        nesting: 0,
        inside: &[],
        tells: Told::LESS,
        null: Null::Sometimes,
        mixes: false,
    };

    /// What stands in place of fields that are too deep.
    pub const UNSEEN: Self = Self { id: u64::MAX, ..Self::SKIPPED };

    /// What tells what may be of any type.
    const UNKNOWN: u64 = u64::MAX - 1;

    /// Returns whether this, or something in it, may be of any type.
    pub const fn has_unknown(all: &[Self]) -> bool {
        let mut i = 0;
        while i < all.len() {
            if all[i].id == Self::UNKNOWN || Self::has_unknown(all[i].inside) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Returns whether nothing about the type changed, and it holds nothing.
    pub const fn is_leaf(&self) -> bool {
        self.changes.is_empty() && self.inside.is_empty()
    }

    /// Returns whether the fields of the type are too deep to be seen.
    pub const fn is_unseen(&self) -> bool {
        matches!(self.inside, [Self { id: u64::MAX, .. }])
    }
}

/// The history of a type; called and not held, because a type may hold itself.
pub type HistoryFn = fn() -> &'static TypeHistory;

/// One change of a type, as its statement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeChange {
    /// Identifies the type, whatever its parameters are.
    pub of: u64,
    /// The version that brought it.
    pub date: Date,
    /// Which statement it is.
    pub verb: ChangeVerb,
    /// The fields before, as clients see them.
    pub old: &'static [&'static str],
    /// The fields from then on.
    pub new: &'static [&'static str],
    /// What becomes of a value that is converted and converted back.
    pub law: Law,
    /// What clients are told about it.
    pub note: Option<&'static str>,
    /// Whether one of the fields is flattened, so that its name is not on the wire.
    pub is_flat: bool,
    /// Whether a write by a client from before the change sets a field to a default, and the statement does not say that
    /// it may.
    pub wipes: bool,
}

/// The statement of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names say it")]
pub enum ChangeVerb {
    Added,
    Changed,
    Removed,
    Renamed,
    /// The whole was another type.
    Replaced,
    /// The variants of an enum were told apart in another way.
    Retagged,
    /// A check refuses what requests could say before. The shape stays as it was.
    Constrained,
}

/// What becomes of a value that is converted to the other side of a change and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// It is the same: `lossless`, and every `renamed`.
    Lossless,
    /// One side has no place for it, and a default stands in: every `added`, and `removed` with `default`.
    Defaulted,
    /// It may be another, for this reason: `lossy = ".."`.
    Lossy(&'static str),
    /// The statement does not say.
    Unclaimed,
}

impl TypeHistory {
    /// That of types without a history.
    pub const LEAF: Self = Self {
        id: 0,
        path: "",
        writes: false,
        reads: false,
        changes: &[],
        held: &[],
        opaque: &[],
        layout: Layout::Fields,
    };

    /// What stands in place of the histories of a body that may be of any type.
    pub const UNKNOWN: Self = Self { id: Held::UNKNOWN, layout: Layout::Unknown, ..Self::LEAF };

    /// Returns whether a body of this type may be of any other.
    pub const fn is_unknown(&self) -> bool {
        self.id == Held::UNKNOWN || Held::has_unknown(self.held)
    }

    /// Returns whether the type, or one that it holds, ever changed.
    pub const fn has_changes(&self) -> bool {
        Self::any_after(self.changes, self.held, 0)
    }

    /// Returns whether the type, or one that it holds, changed after a version.
    pub const fn has_changes_after(&self, version: Date) -> bool {
        Self::any_after(self.changes, self.held, version.number())
    }

    const fn any_after(changes: &[TypeChange], held: &[Held], after: u32) -> bool {
        // The newest is first.
        if let [newest, ..] = changes
            && newest.date.number() > after
        {
            return true;
        }
        let mut i = 0;
        while i < held.len() {
            if Self::any_after(held[i].changes, held[i].inside, after) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// The name of the type, without its module.
    pub fn name(&self) -> &'static str {
        self.path.rsplit("::").next().unwrap_or(self.path)
    }

    /// The dates of the changes, newest first, each once. Before each the type has another shape.
    pub fn dates(&self) -> impl Iterator<Item = Date> + '_ {
        let mut last = None;
        let shaping = self.changes.iter().filter(|change| change.verb != ChangeVerb::Constrained);
        shaping.map(|change| change.date).filter(move |date| last.replace(*date) != Some(*date))
    }

    /// Whether the type, or one that it holds, has another shape at the one version than at the other.
    pub fn differs(&'static self, one: Date, other: Date) -> bool {
        let dates = self.with_held().into_iter().flat_map(Self::dates);
        let (older, newer) = (one.min(other), one.max(other));
        dates.into_iter().any(|date| older < date && date <= newer)
    }

    /// This type and those that its fields have; each once.
    pub fn with_held(&'static self) -> Vec<&'static Self> {
        let mut found = vec![self];
        let mut next = 0;
        while let Some(history) = found.get(next).copied() {
            for held in history.held.iter().filter_map(|held| held.history) {
                let held = held();
                // What has no name stands between types that have one.
                if held.id == 0 || found.iter().all(|known| known.id != held.id) {
                    found.push(held);
                }
            }
            next += 1;
        }
        found
    }
}

/// What changed, in words: `` `customer` was renamed to `customer_id` ``.
impl fmt::Display for TypeChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let are = |names: &[&str]| if names.len() == 1 { "was" } else { "were" };
        let (old, new) = (Names(self.old), Names(self.new));
        match self.verb {
            ChangeVerb::Added => write!(f, "{new} {} added", are(self.new)),
            ChangeVerb::Removed => write!(f, "{old} {} removed", are(self.old)),
            ChangeVerb::Renamed => write!(f, "{old} was renamed to {new}"),
            ChangeVerb::Replaced => f.write_str("the whole has another shape"),
            ChangeVerb::Retagged => f.write_str("its variants are told apart in another way"),
            ChangeVerb::Constrained if self.new.is_empty() => f.write_str("the whole takes fewer values"),
            ChangeVerb::Constrained if self.new.len() == 1 => write!(f, "{new} takes fewer values"),
            ChangeVerb::Constrained => write!(f, "{new} take fewer values"),
            ChangeVerb::Changed if self.old == self.new => write!(f, "{new} has another type"),
            ChangeVerb::Changed => write!(f, "{old} became {new}"),
        }
    }
}

struct Names(&'static [&'static str]);

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in self.0.iter().enumerate() {
            let before = match i {
                0 => "",
                _ if i + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{before}`{name}`")?;
        }
        Ok(())
    }
}

/// A number that tells a type from others by its path: FNV-1a, because constants compare texts slowly.
pub const fn id(path: &str) -> u64 {
    let bytes = path.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    hash
}

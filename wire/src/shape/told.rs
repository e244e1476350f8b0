/// How much the text of a value tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// All of it.
    is_all: bool,
    /// Equal values have equal texts; else the members of their maps may stand in any order.
    is_ordered: bool,
    /// All of it, also where a floating-point number is none: a request has no such number, because JSON has none.
    is_all_of_floats: bool,
}

impl Told {
    /// All, and equal values have equal texts.
    pub const ALL: Self = Self { is_all: true, is_ordered: true, is_all_of_floats: true };

    /// Perhaps not all.
    pub const LESS: Self = Self { is_all: false, is_ordered: false, is_all_of_floats: false };

    /// The same, of a map whose members stand in any order.
    #[must_use]
    pub const fn unordered(self) -> Self {
        Self { is_ordered: false, ..self }
    }

    /// What the texts of two values tell together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            is_all: self.is_all && other.is_all,
            is_ordered: self.is_ordered && other.is_ordered,
            is_all_of_floats: self.is_all_of_floats && other.is_all_of_floats,
        }
    }

    /// What the text of an option of such a value tells, which is `null` if there is none.
    #[must_use]
    pub const fn or_none(self, null: Null) -> Self {
        match null {
            Null::Never => self,
            Null::NotANumber => Self { is_all_of_floats: false, ..self },
            // Of two options, one within the other, `null` does not tell which is none.
            Null::Sometimes => Self::LESS,
        }
    }

    /// Returns whether the text of a request tells all.
    pub const fn is_all(self) -> bool {
        self.is_all
    }

    /// Returns whether the text tells all, and equal values have equal texts.
    pub const fn is_ordered(self) -> bool {
        self.is_all && self.is_ordered
    }

    /// Returns whether the text of a response tells all.
    pub const fn is_all_of_a_response(self) -> bool {
        self.is_all && self.is_all_of_floats
    }
}

/// When a value is written as `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Null {
    /// Never.
    Never,
    /// If it is a floating-point number that is not one.
    NotANumber,
    /// For some other value.
    Sometimes,
}

/// Returns how much the texts of several values tell.
pub const fn all_tell(all: &[Told]) -> Told {
    let mut told = Told::ALL;
    let mut i = 0;
    while i < all.len() {
        told = told.and(all[i]);
        i += 1;
    }
    told
}

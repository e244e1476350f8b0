//! What the text of a value tells of it, and types without older shapes whose text tells all.

use std::marker::PhantomData;

/// How much the text of a value tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Perhaps not all.
    Less,
    /// All, and the members of maps stand in any order.
    Unordered,
    /// All, and equal values have equal texts.
    All,
}

impl Told {
    /// The same, of a map whose members stand in any order.
    #[must_use]
    pub const fn unordered(self) -> Self {
        match self {
            Self::All => Self::Unordered,
            told => told,
        }
    }

    /// All, if that holds.
    pub const fn all_if(holds: bool) -> Self {
        if holds { Self::All } else { Self::Less }
    }

    /// Returns whether the text tells all.
    pub const fn is_all(self) -> bool {
        !matches!(self, Self::Less)
    }
}

/// A type that has no older shapes and of which serde writes all that a handler can read.
///
/// A value of one is never written as `null`.
pub trait Leaf {
    /// How much its text tells.
    const TELLS: Told = Told::All;
}

/// Whether `T` is known to be a [`Leaf`].
#[derive(Debug)]
pub struct LeafOf<T>(PhantomData<T>);

impl<T: Leaf> LeafOf<T> {
    /// It is.
    pub const TELLS: Told = T::TELLS;
}

/// The answer of [`LeafOf`] for every other type.
pub trait NoLeaf {
    /// That is not known.
    const TELLS: Told = Told::Less;
}

impl<T> NoLeaf for LeafOf<T> {}

/// Returns how much the texts of some types tell, of each of which either the history or the leaf knows.
pub const fn all_tell(types: &[(Told, Told)]) -> Told {
    let mut all = Told::All;
    let mut i = 0;
    while i < types.len() {
        match types[i] {
            (Told::Less, Told::Less) => return Told::Less,
            (Told::Unordered, _) | (_, Told::Unordered) => all = Told::Unordered,
            _ => {}
        }
        i += 1;
    }
    all
}

macro_rules! leaves {
    ($($leaf:ty),* $(,)?) => { $(impl Leaf for $leaf {})* };
}

// The macro knows these by their names. They are here for aliases of them. An alias of a floating-point number is not: of
// an option of it in a response, the macro would not see that one that is not a number is written as `null`, too.
leaves!(bool, char, String, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
leaves!(std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr);

impl Leaf for serde_json::Map<String, serde_json::Value> {
    // With the feature `preserve_order` of `serde_json` they are as the client sent them.
    const TELLS: Told = Told::Unordered;
}

#[cfg(feature = "chrono")]
leaves!(chrono::NaiveDate, chrono::NaiveTime, chrono::NaiveDateTime);

#[cfg(feature = "chrono")]
impl<Tz: chrono::TimeZone> Leaf for chrono::DateTime<Tz> {}

#[cfg(feature = "rust_decimal")]
leaves!(rust_decimal::Decimal);

#[cfg(feature = "time")]
leaves!(time::Date, time::Time, time::PrimitiveDateTime, time::OffsetDateTime);

#[cfg(feature = "idempotency")]
leaves!(uuid::Uuid);

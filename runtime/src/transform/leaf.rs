//! Types without older shapes whose text tells all of a value.

use std::marker::PhantomData;

/// A type that has no older shapes and of which serde writes all that a handler can read.
///
/// A value of one is never written as `null`.
pub trait Leaf {}

/// Whether `T` is known to be a [`Leaf`].
#[derive(Debug)]
pub struct LeafOf<T>(PhantomData<T>);

impl<T: Leaf> LeafOf<T> {
    /// It is.
    pub const TELLS: bool = true;
}

/// The answer of [`LeafOf`] for every other type.
pub trait NoLeaf {
    /// That is not known.
    const TELLS: bool = false;
}

impl<T> NoLeaf for LeafOf<T> {}

/// Returns whether of each type the history or the leaf tells all.
pub const fn all_tell(types: &[(bool, bool)]) -> bool {
    let mut i = 0;
    while i < types.len() {
        if !types[i].0 && !types[i].1 {
            return false;
        }
        i += 1;
    }
    true
}

macro_rules! leaves {
    ($($leaf:ty),* $(,)?) => { $(impl Leaf for $leaf {})* };
}

// The macro knows these by their names. They are here for aliases of them.
leaves!(bool, char, String, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64);
leaves!(serde_json::Map<String, serde_json::Value>, std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr);

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

//! Types that serde writes as one value, and that no version has changed.

use super::{Depth, Inside, Null, Shape, Told};
use crate::history::{Held, id};
use std::marker::PhantomData;
use std::{ffi, net, num, path, time};

/// One value.
#[derive(Debug)]
pub struct Value;

impl Inside for Value {
    const HELD: &'static [Held] = &[];
    const TELLS: Told = Told::ALL;
}

/// A floating-point number: what is not a number is written as `null`.
#[derive(Debug)]
pub struct Float;

impl Inside for Float {
    const HELD: &'static [Held] = &[];
    const TELLS: Told = Told::ALL;
    const NULL: Null = Null::NotANumber;
}

/// `null`.
#[derive(Debug)]
pub struct Nothing;

impl Inside for Nothing {
    const HELD: &'static [Held] = &[];
    const TELLS: Told = Told::LESS;
    const NULL: Null = Null::Sometimes;
}

macro_rules! leaves {
    ($inside:ty: $([$($parameters:tt)*] $leaf:ty),* $(,)?) => {
        $(#[diagnostic::do_not_recommend]
        impl<$($parameters)*> Shape for $leaf {
            const KEY: u64 = id(stringify!($leaf));
            const IS_LEAF: bool = true;
            type At<D: Depth> = $inside;
        })*
    };
    ($($leaf:ty),* $(,)?) => { leaves!(Value: $([] $leaf),*); };
}

leaves!(bool, char, str, String, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
leaves!(
    num::NonZeroU8,
    num::NonZeroU16,
    num::NonZeroU32,
    num::NonZeroU64,
    num::NonZeroU128,
    num::NonZeroUsize
);
leaves!(
    num::NonZeroI8,
    num::NonZeroI16,
    num::NonZeroI32,
    num::NonZeroI64,
    num::NonZeroI128,
    num::NonZeroIsize
);
leaves!(net::IpAddr, net::Ipv4Addr, net::Ipv6Addr, net::SocketAddr, net::SocketAddrV4, net::SocketAddrV6);
leaves!(time::Duration, time::SystemTime, path::Path, path::PathBuf, ffi::CStr, ffi::CString, bytes::Bytes);
leaves!(Float: [] f32, [] f64);
leaves!(Nothing: [] (), [T: ?Sized] PhantomData<T>);

#[cfg(feature = "chrono")]
leaves!(Value: [] chrono::NaiveDate, [] chrono::NaiveTime, [] chrono::NaiveDateTime, [Tz: chrono::TimeZone] chrono::DateTime<Tz>);

#[cfg(feature = "rust_decimal")]
leaves!(rust_decimal::Decimal);

#[cfg(feature = "time")]
leaves!(::time::Date, ::time::Time, ::time::PrimitiveDateTime, ::time::OffsetDateTime);

#[cfg(feature = "uuid")]
leaves!(uuid::Uuid);

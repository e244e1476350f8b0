//! Whether a handler takes a transaction, told from the types of its arguments.
//!
//! `IsTransaction::<Argument>::VALUE` is the inherent constant for `Tx<_>`, also behind an alias, and that of the trait
//! for everything else. The type decides, not its name.

use std::marker::PhantomData;

/// See the module.
#[derive(Debug)]
pub struct IsTransaction<T>(PhantomData<T>);

/// The answer for every type but `Tx`.
pub trait NoTransaction {
    /// Not a transaction.
    const VALUE: bool = false;
}

impl<T> NoTransaction for IsTransaction<T> {}

impl<D: crate::idempotency::Database> IsTransaction<crate::idempotency::Tx<D>> {
    /// A transaction.
    pub const VALUE: bool = true;
}

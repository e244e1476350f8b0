//! What a service or a store can be tested with.

pub mod store_contract;

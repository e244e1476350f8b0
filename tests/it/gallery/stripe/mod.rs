//! Stripe, from its changelog and that of stripe-node.

mod accounts;
mod billing;
mod lists;
mod payments;

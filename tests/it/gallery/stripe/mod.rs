//! Stripe, from its changelog and that of stripe-node.

mod payments;

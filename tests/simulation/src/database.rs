use crate::store::{Link, SimulatedTransaction};
use steadfast::idempotency::Database;

/// The database of the world, as `Tx<Simulated>` names it.
#[derive(Debug)]
pub(crate) struct Simulated;

impl Database for Simulated {
    type Transaction = SimulatedTransaction;
    type Connection = Link;

    fn connection(transaction: &SimulatedTransaction) -> &Link {
        &transaction.link
    }

    fn connection_mut(transaction: &mut SimulatedTransaction) -> &mut Link {
        &mut transaction.link
    }
}

//! SQLite as a database whose transactions a handler joins.

use crate::{Sqlite, SqliteStore, SqliteTransaction};
use sqlx::SqliteConnection;
use steadfast_engine::{Database, DatabaseStore};

impl Database for Sqlite {
    type Transaction = SqliteTransaction;
    type Connection = SqliteConnection;

    fn connection(transaction: &SqliteTransaction) -> &SqliteConnection {
        transaction.connection()
    }

    fn connection_mut(transaction: &mut SqliteTransaction) -> &mut SqliteConnection {
        transaction.connection_mut()
    }
}

impl DatabaseStore for SqliteStore {
    type Database = Sqlite;
}

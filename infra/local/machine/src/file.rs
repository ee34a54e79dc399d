//! One SQLite file: how it is opened, locked, read and written.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, Result, Transaction, TransactionBehavior};

/// How long opening waits for another process to let the file go.
const LOCKED: Duration = Duration::from_secs(1);

/// One SQLite file, or its like in memory, behind one connection. Calls are short, so they block their thread.
#[derive(Debug)]
pub(crate) struct File(Mutex<Connection>);

impl File {
    /// Opens a file for this process alone, and makes its tables.
    ///
    /// Two processes that pump one queue would each take the other's deliveries for abandoned, so a second one is
    /// refused. The lock goes with the process, however that ends.
    pub(crate) fn open(path: &Path, schema: &str) -> Result<Self> {
        Self::prepare(Connection::open(path)?, schema)
    }

    /// The same in memory, gone with this value.
    pub(crate) fn memory(schema: &str) -> Result<Self> {
        Self::prepare(Connection::open_in_memory()?, schema)
    }

    fn prepare(connection: Connection, schema: &str) -> Result<Self> {
        connection.busy_timeout(LOCKED)?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.execute_batch(schema)?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Runs `work` in one transaction: all of it is there afterwards, or nothing.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Runs `work`, which only reads.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(&self.connection())
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolled it back, so the connection is sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

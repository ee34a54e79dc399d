//! A SQLite file: opening, locking, reading and writing.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, Result, Transaction, TransactionBehavior};

/// Time for which opening waits for another process to release the file.
const LOCKED: Duration = Duration::from_secs(1);

/// A SQLite file, or a database in memory, with one connection. Calls are short, so they block their thread.
#[derive(Debug)]
pub(crate) struct File(Mutex<Connection>);

impl File {
    /// Opens a file exclusively for this process, and creates its tables.
    ///
    /// Two processes that pump the same queue would each treat the other's deliveries as abandoned, so a
    /// second one is refused. The lock is released when the process ends, in any way.
    pub(crate) fn open(path: &Path, schema: &str) -> Result<Self> {
        Self::prepare(Connection::open(path)?, schema)
    }

    /// Creates a database in memory, which is lost when dropped.
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

    /// Runs `work` in one transaction.
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
        // A panic inside a transaction rolls it back, so the connection stays usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

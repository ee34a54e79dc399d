//! Database: one SQLite file with one connection.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context;
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::crypto;

/// Database of the service.
#[derive(Debug)]
pub(crate) struct Db {
    connection: Mutex<Connection>,
    id: String,
}

impl Db {
    /// Opens the database in `folder`, creating both if they are missing.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let file = folder.join("dropbox.sqlite");
        let connection =
            Connection::open(&file).with_context(|| format!("cannot open {}", file.display()))?;
        Self::prepare(connection).with_context(|| format!("cannot use {}", file.display()))
    }

    /// Creates a database in memory.
    #[cfg(test)]
    pub(crate) fn in_memory() -> Self {
        Self::prepare(Connection::open_in_memory().unwrap()).unwrap()
    }

    fn prepare(connection: Connection) -> anyhow::Result<Self> {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")?;
        connection.execute_batch(include_str!("schema.sql"))?;
        let id = identify(&connection)?;
        Ok(Self { connection: Mutex::new(connection), id })
    }

    /// Returns the random id of this database, which changes when it is deleted and created again.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Runs `work` in one transaction, which is rolled back on error.
    pub(crate) fn transact<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction()?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

fn identify(connection: &Connection) -> rusqlite::Result<String> {
    let known = connection.query_row("SELECT id FROM database", [], |row| row.get(0)).optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id = crypto::base64url(&crypto::random::<9>());
    connection.execute("INSERT INTO database (id) VALUES (?1)", [&id])?;
    Ok(id)
}

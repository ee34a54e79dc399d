//! Bus on SQLite: a log of everything that was published, readable from any position.
//!
//! It has its own file, because its history grows with every event, while the queues' file stays as small as
//! the pending messages.

use std::{fmt, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use rusqlite::{Connection, Row, params, types::Type};
use serde_json::Value;
use shared::{
    events::{Bus, BusError},
    model::{Clock, Event, Timestamp},
};
use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use crate::{
    file::File,
    watch::{Operation, Watch, Watched},
};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS delivery (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        id TEXT NOT NULL,
        detail_type TEXT NOT NULL,
        detail TEXT NOT NULL
    );
";

/// Number of events written in one transaction, so that other writers get their turn in between.
const BATCH: usize = 500;

/// One delivery on the bus. An event that was published twice is two deliveries with the same id.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Position in the order of publication: 1, 2, 3…
    pub position: u64,
    /// Time of publication.
    pub at: Timestamp,
    /// Id of the event.
    pub id: String,
    /// Name that rules match.
    pub detail_type: String,
    /// Event as consumers receive it.
    pub detail: Value,
}

/// Numbers of published deliveries and events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BusCounts {
    /// Number of deliveries, repetitions included.
    pub deliveries: u64,
    /// Number of distinct events.
    pub events: u64,
}

/// Bus in a folder. Clones refer to the same bus.
#[derive(Clone)]
pub struct MachineBus(Arc<Shared>);

struct Shared {
    file: File,
    clock: Arc<dyn Clock>,
    bell: Notify,
    watched: Watched,
}

impl MachineBus {
    /// Opens or creates the bus in a folder.
    ///
    /// # Errors
    /// If the folder cannot be written, or another process has its bus open.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, BusError> {
        let opened = std::fs::create_dir_all(folder)
            .map_err(failed)
            .and_then(|()| File::open(&folder.join("bus.sqlite"), SCHEMA).map_err(failed));
        let file = opened.map_err(|error| BusError(format!("{}: {}", folder.display(), error.0)))?;
        Ok(Self::on(file, clock))
    }

    /// Creates a bus in memory.
    ///
    /// # Errors
    /// If SQLite does not start.
    pub fn memory(clock: Arc<dyn Clock>) -> Result<Self, BusError> {
        Ok(Self::on(File::memory(SCHEMA).map_err(failed)?, clock))
    }

    fn on(file: File, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared { file, clock, bell: Notify::new(), watched: Watched::default() }))
    }

    /// Registers an observer of publications. Only the first one is kept.
    pub fn watch(&self, watch: Arc<dyn Watch>) {
        self.0.watched.by(watch);
    }

    /// Returns up to `limit` deliveries after a position; 0 is before the first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn read(&self, after: u64, limit: usize) -> Result<Vec<Published>, BusError> {
        self.0.file.read(|connection| read(connection, after, limit)).map_err(failed)
    }

    /// Like [`Self::read`], but waits up to `wait` for the first delivery.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn next(&self, after: u64, limit: usize, wait: Duration) -> Result<Vec<Published>, BusError> {
        let deadline = Instant::now() + wait;
        loop {
            // Subscribes before reading, so that an event published in between is not missed.
            let rung = self.0.bell.notified();
            let published = self.read(after, limit).await?;
            let rest = deadline.saturating_duration_since(Instant::now());
            if !published.is_empty() || rest.is_zero() {
                return Ok(published);
            }
            let _ = timeout(rest, rung).await;
        }
    }

    /// Returns the position of the latest delivery; 0 if there is none.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn newest(&self) -> Result<u64, BusError> {
        let newest = |connection: &Connection| {
            connection.query_row("SELECT coalesce(max(position), 0) FROM delivery", [], |row| row.get(0))
        };
        self.0.file.read(newest).map_err(failed)
    }

    /// Returns how much was published since the folder was created.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn counts(&self) -> Result<BusCounts, BusError> {
        let count = |connection: &Connection| {
            connection.query_row("SELECT count(*), count(DISTINCT id) FROM delivery", [], |row| {
                Ok(BusCounts { deliveries: row.get(0)?, events: row.get(1)? })
            })
        };
        self.0.file.read(count).map_err(failed)
    }
}

#[async_trait]
impl Bus for MachineBus {
    async fn publish(&self, events: Vec<Event>) -> Result<(), BusError> {
        for batch in events.chunks(BATCH) {
            let details =
                batch.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>().map_err(failed)?;
            let now = self.0.clock.now().0;
            self.0.file.write(|transaction| append(transaction, batch, &details, now)).map_err(failed)?;
            let bytes: Vec<usize> = details.iter().map(String::len).collect();
            self.0.watched.tell(&Operation::Published { bytes: &bytes });
            self.0.bell.notify_waiters();
        }
        Ok(())
    }
}

impl fmt::Debug for MachineBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MachineBus")
    }
}

fn append(connection: &Connection, events: &[Event], details: &[String], now: u64) -> rusqlite::Result<()> {
    let mut insert = connection
        .prepare_cached("INSERT INTO delivery (at, id, detail_type, detail) VALUES (?1, ?2, ?3, ?4)")?;
    for (event, detail) in events.iter().zip(details) {
        insert.execute(params![now, event.id, event.detail_type(), detail])?;
    }
    Ok(())
}

fn read(connection: &Connection, after: u64, limit: usize) -> rusqlite::Result<Vec<Published>> {
    let mut query = connection.prepare_cached(
        "SELECT position, at, id, detail_type, detail FROM delivery WHERE position > ?1 ORDER BY position LIMIT ?2",
    )?;
    query.query_map(params![after, limit], published)?.collect()
}

fn published(row: &Row<'_>) -> rusqlite::Result<Published> {
    let detail: String = row.get(4)?;
    let malformed = |error| rusqlite::Error::FromSqlConversionFailure(4, Type::Text, Box::new(error));
    Ok(Published {
        position: row.get(0)?,
        at: Timestamp(row.get(1)?),
        id: row.get(2)?,
        detail_type: row.get(3)?,
        detail: serde_json::from_str(&detail).map_err(malformed)?,
    })
}

fn failed(error: impl fmt::Display) -> BusError {
    BusError(error.to_string())
}

//! Queues with the semantics of SQS, on SQLite.
//!
//! All queues of a folder share one file, so that a message is moved to its dead-letter queue in one
//! transaction. Visibility, delays and deduplication use the caller's [`Clock`]; the wait of a receive uses
//! real time.

mod machine;
mod rows;
mod settings;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use shared::{model::Clock, queue::QueueError};
use tokio::sync::Notify;

pub use machine::MachineQueue;
pub use rows::{DeadLetter, Depth};
pub use settings::{DeadLetters, QueueSettings};

use crate::{file::File, watch::Watched};

/// Queues of one folder.
#[derive(Clone)]
pub struct MachineQueues(Arc<Shared>);

struct Shared {
    file: File,
    clock: Arc<dyn Clock>,
    /// One per queue: notified when there may be something new to receive.
    bells: Mutex<HashMap<String, Arc<Notify>>>,
    watched: Watched,
}

impl MachineQueues {
    /// Opens or creates the queues of a folder.
    ///
    /// Deliveries that were in flight become visible again at once, with their receive counts, because their
    /// consumers ended with the earlier process.
    ///
    /// # Errors
    /// If the folder cannot be written, or another process has its queues open.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, QueueError> {
        let opened = std::fs::create_dir_all(folder).map_err(|error| error.to_string()).and_then(|()| {
            File::open(&folder.join("queues.sqlite"), rows::SCHEMA).map_err(|error| error.to_string())
        });
        Self::start(opened.map_err(|error| QueueError(format!("{}: {error}", folder.display())))?, clock)
    }

    /// Creates queues in memory.
    ///
    /// # Errors
    /// If SQLite does not start.
    pub fn memory(clock: Arc<dyn Clock>) -> Result<Self, QueueError> {
        Self::start(File::memory(rows::SCHEMA).map_err(failed)?, clock)
    }

    /// Returns the queue with these settings. Its messages are identified by its name, whatever its earlier
    /// settings were.
    #[must_use]
    pub fn queue(&self, settings: QueueSettings) -> MachineQueue {
        MachineQueue::new(self.clone(), settings)
    }

    fn start(file: File, clock: Arc<dyn Clock>) -> Result<Self, QueueError> {
        let now = clock.now().0;
        file.write(|transaction| rows::abandon_deliveries(transaction, now)).map_err(failed)?;
        Ok(Self(Arc::new(Shared { file, clock, bells: Mutex::default(), watched: Watched::default() })))
    }

    fn bell(&self, queue: &str) -> Arc<Notify> {
        let mut bells = self.0.bells.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(bells.entry(queue.to_owned()).or_default())
    }
}

fn failed(error: impl std::fmt::Display) -> QueueError {
    QueueError(error.to_string())
}

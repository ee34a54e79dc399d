//! A queue: the port, and its inspection.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use rusqlite::{Connection, Transaction};
use shared::queue::{Delivery, Inbox, Outgoing, Queue, QueueError};
use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use super::{
    MachineQueues, failed,
    rows::{self, DeadLetter, Depth, Receipt},
    settings::QueueSettings,
};
use crate::watch::{Operation, Watch};

/// Number of messages written in one transaction, so that other writers get their turn in between.
const BATCH: usize = 500;
/// Largest number of messages per receive, as on SQS.
const MOST: u32 = 10;
/// Longest time until a waiting receive checks again: the caller's clock may run faster than real time.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// One of the queues in [`MachineQueues`]. Clones, and queues with the same name, are the same queue.
#[derive(Clone)]
pub struct MachineQueue {
    queues: MachineQueues,
    settings: Arc<QueueSettings>,
    bell: Arc<Notify>,
}

impl MachineQueue {
    pub(super) fn new(queues: MachineQueues, settings: QueueSettings) -> Self {
        let bell = queues.bell(&settings.name);
        Self { queues, settings: Arc::new(settings), bell }
    }

    /// Returns the settings.
    #[must_use]
    pub fn settings(&self) -> &QueueSettings {
        &self.settings
    }

    /// Returns the numbers of its messages.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn depth(&self) -> Result<Depth, QueueError> {
        let now = self.now();
        self.read(|connection| rows::depth(connection, &self.settings.name, self.dead_queue(), now))
    }

    /// Returns its dead letters, oldest first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, QueueError> {
        let Some(dead) = self.dead_queue() else { return Ok(Vec::new()) };
        self.read(|connection| rows::dead_letters(connection, dead))
    }

    /// Returns the queue of its dead letters, if it has one.
    #[must_use]
    pub fn dead_letter_queue(&self) -> Option<Self> {
        let name = self.dead_queue()?;
        let settings =
            QueueSettings { name: name.to_owned(), dead_letters: None, ..(*self.settings).clone() };
        Some(self.queues.queue(settings))
    }

    /// Puts all dead letters back into this queue, as new messages. Returns their number.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub async fn put_back(&self) -> Result<usize, QueueError> {
        let Some(dead) = self.dead_queue() else { return Ok(0) };
        let now = self.now();
        let count = self.write(|transaction| rows::put_back(transaction, &self.settings, dead, now))?;
        self.bell.notify_waiters();
        Ok(count)
    }

    /// Registers an observer of requests to all queues of this folder. Only the first one is kept.
    pub fn watch(&self, watch: Arc<dyn Watch>) {
        self.queues.0.watched.by(watch);
    }

    fn tell(&self, observe: &Operation<'_>) {
        self.queues.0.watched.tell(observe);
    }

    fn dead_queue(&self) -> Option<&str> {
        self.settings.dead_letters.as_ref().map(|dead| dead.queue.as_str())
    }

    fn now(&self) -> u64 {
        self.queues.0.clock.now().0
    }

    fn take(&self, limit: u32) -> Result<Vec<Delivery>, QueueError> {
        let now = self.now();
        let limit = limit.clamp(1, MOST);
        let (deliveries, buried) =
            self.write(|transaction| rows::take(transaction, &self.settings, limit, now))?;
        for Delivery { group, body, .. } in &deliveries {
            let (queue, group) = (self.settings.name.as_str(), group.as_deref());
            self.tell(&Operation::Received { queue, group, bytes: body.len() });
        }
        if let (true, Some(dead)) = (buried, self.dead_queue()) {
            self.queues.bell(dead).notify_waiters();
        }
        Ok(deliveries)
    }

    /// Returns the time until a message may become visible by itself.
    fn pause(&self) -> Result<Duration, QueueError> {
        Ok(match self.read(|connection| rows::next_due(connection, &self.settings.name))? {
            Some(at) => Duration::from_millis(at.saturating_sub(self.now())).min(LOOK_AGAIN),
            None => Duration::MAX,
        })
    }

    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, QueueError> {
        self.queues.0.file.write(work).map_err(failed)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, QueueError> {
        self.queues.0.file.read(work).map_err(failed)
    }
}

#[async_trait]
impl Queue for MachineQueue {
    async fn send(&self, messages: Vec<Outgoing>) -> Result<(), QueueError> {
        messages.iter().try_for_each(|message| self.settings.check(message))?;
        for batch in messages.chunks(BATCH) {
            let now = self.now();
            self.write(|transaction| rows::insert(transaction, &self.settings, batch, now))?;
            self.bell.notify_waiters();
        }
        let bytes: Vec<usize> = messages.iter().map(|message| message.body.len()).collect();
        self.tell(&Operation::Sent { queue: &self.settings.name, bytes: &bytes });
        Ok(())
    }
}

#[async_trait]
impl Inbox for MachineQueue {
    async fn receive(&self, limit: u32, wait: Duration) -> Result<Vec<Delivery>, QueueError> {
        let deadline = Instant::now() + wait;
        loop {
            // Subscribes before reading, so that a message sent in between is not missed.
            let rung = self.bell.notified();
            let deliveries = self.take(limit)?;
            let rest = deadline.saturating_duration_since(Instant::now());
            if !deliveries.is_empty() || rest.is_zero() {
                return Ok(deliveries);
            }
            let _ = timeout(self.pause()?.min(rest), rung).await;
        }
    }

    async fn delete(&self, receipt: &str) -> Result<(), QueueError> {
        let Some(receipt) = Receipt::parse(receipt) else { return Ok(()) };
        self.write(|transaction| rows::remove(transaction, &self.settings.name, &receipt))?;
        self.tell(&Operation::Acknowledged { queue: &self.settings.name });
        if self.settings.fifo {
            self.bell.notify_waiters();
        }
        Ok(())
    }

    async fn set_visibility(&self, receipt: &str, timeout: Duration) -> Result<(), QueueError> {
        let Some(receipt) = Receipt::parse(receipt) else { return Ok(()) };
        let now = self.now();
        let visible_at = now + u64::try_from(timeout.as_millis()).unwrap_or_default();
        self.write(|transaction| {
            rows::postpone(transaction, &self.settings.name, &receipt, now, visible_at)
        })?;
        self.tell(&Operation::VisibilitySet { queue: &self.settings.name });
        self.bell.notify_waiters();
        Ok(())
    }
}

impl fmt::Debug for MachineQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MachineQueue").field(&self.settings).finish()
    }
}

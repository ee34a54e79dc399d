//! What a queue is told when it is made, and which messages it takes.

use std::time::Duration;

use shared::queue::{Outgoing, QueueError};

/// The longest text, as on SQS.
const LONGEST_BODY: usize = 256 * 1024;
/// The longest group or deduplication id, as on SQS.
const LONGEST_ID: usize = 128;
/// The longest delay, as on SQS.
const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);

/// What kind of queue it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSettings {
    /// Its name within the folder.
    pub name: String,
    /// One message of a group at a time, in order, and no duplicates within five minutes. Else the queue is fair between
    /// groups.
    pub fifo: bool,
    /// How long a delivery stays invisible to others, unless the consumer says otherwise.
    pub visibility: Duration,
    /// Where messages go that are delivered again and again. Without, they come back for ever.
    pub dead_letters: Option<DeadLetters>,
}

/// Where messages go that are delivered again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetters {
    /// The name of another queue of the same kind in the same folder.
    pub queue: String,
    /// How often a message is delivered before it goes there.
    pub max_receives: u32,
}

impl QueueSettings {
    /// A FIFO queue without dead letters.
    pub fn fifo(name: impl Into<String>, visibility: Duration) -> Self {
        Self { name: name.into(), fifo: true, visibility, dead_letters: None }
    }

    /// A standard queue without dead letters.
    pub fn standard(name: impl Into<String>, visibility: Duration) -> Self {
        Self { fifo: false, ..Self::fifo(name, visibility) }
    }

    /// The same queue, which gives up a message after `max_receives` deliveries and moves it to another queue.
    #[must_use]
    pub fn with_dead_letters(self, queue: impl Into<String>, max_receives: u32) -> Self {
        Self { dead_letters: Some(DeadLetters { queue: queue.into(), max_receives }), ..self }
    }

    /// Whether a message that was delivered `receives` times has had its chances.
    pub(super) fn is_spent(&self, receives: u32) -> bool {
        self.dead_letters.as_ref().is_some_and(|dead| receives >= dead.max_receives)
    }

    /// Refuses what SQS refuses.
    pub(super) fn check(&self, message: &Outgoing) -> Result<(), QueueError> {
        let named = |id: &Option<String>| id.as_ref().is_some_and(|id| (1..=LONGEST_ID).contains(&id.len()));
        let ids = (&message.group, &message.deduplication);
        let refused = match self.fifo {
            _ if message.body.is_empty() || message.body.len() > LONGEST_BODY => {
                "a body has 1 to 262,144 bytes"
            }
            true if !named(ids.0) || !named(ids.1) => {
                "a FIFO queue wants a group and a deduplication id of 1 to 128 bytes"
            }
            true if !message.delay.is_zero() => "a FIFO queue delays no single message",
            false if message.deduplication.is_some() => "a standard queue knows no deduplication ids",
            false if message.group.is_some() && !named(ids.0) => "a group has 1 to 128 bytes",
            false if message.delay > LONGEST_DELAY => "a delay is at most 15 minutes",
            _ => return Ok(()),
        };
        Err(QueueError(format!("{}: {refused}", self.name)))
    }
}

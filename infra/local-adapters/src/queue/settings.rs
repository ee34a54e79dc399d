//! Settings of a queue, and which messages it accepts.

use std::time::Duration;

use shared::queue::{Outgoing, QueueError};

/// Largest body, in bytes, as on SQS.
const LONGEST_BODY: usize = 256 * 1024;
/// Longest group or deduplication id, in bytes, as on SQS.
const LONGEST_ID: usize = 128;
/// Longest delay, as on SQS.
const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);

/// Settings of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSettings {
    /// Name within the folder.
    pub name: String,
    /// Whether it is FIFO: one message of a group at a time, in order, without duplicates within five
    /// minutes. Otherwise it is a standard queue, fair between groups.
    pub fifo: bool,
    /// Visibility timeout, unless the consumer sets another.
    pub visibility: Duration,
    /// Destination of messages that fail repeatedly. Without one, they are delivered forever.
    pub dead_letters: Option<DeadLetters>,
}

/// Destination of messages that fail repeatedly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetters {
    /// Name of another queue of the same kind in the same folder.
    pub queue: String,
    /// Number of deliveries after which a message is moved there.
    pub max_receives: u32,
}

impl QueueSettings {
    /// Creates the settings of a FIFO queue without dead letters.
    pub fn fifo(name: impl Into<String>, visibility: Duration) -> Self {
        Self { name: name.into(), fifo: true, visibility, dead_letters: None }
    }

    /// Creates the settings of a standard queue without dead letters.
    pub fn standard(name: impl Into<String>, visibility: Duration) -> Self {
        Self { fifo: false, ..Self::fifo(name, visibility) }
    }

    /// Adds a dead-letter queue, to which a message is moved after `max_receives` deliveries.
    #[must_use]
    pub fn with_dead_letters(self, queue: impl Into<String>, max_receives: u32) -> Self {
        Self { dead_letters: Some(DeadLetters { queue: queue.into(), max_receives }), ..self }
    }

    /// Whether a message that was delivered `receives` times must become a dead letter.
    pub(super) fn is_spent(&self, receives: u32) -> bool {
        self.dead_letters.as_ref().is_some_and(|dead| receives >= dead.max_receives)
    }

    /// Refuses messages that SQS would refuse.
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

//! Messages of a queue.

use std::collections::BTreeMap;

use shared::queue::Outgoing;

/// Time for which a FIFO queue remembers a deduplication id, in milliseconds.
const DEDUPLICATION_WINDOW: u64 = 5 * 60 * 1000;

#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) body: String,
    pub(super) group: Option<String>,
    pub(super) visible_at: u64,
    pub(super) receives: u32,
}

/// Messages of one queue.
#[derive(Default)]
pub(super) struct Mailbox {
    /// Messages by number, in the order of sending.
    pub(super) messages: BTreeMap<u64, Message>,
    /// Bodies of the dead letters.
    pub(super) dead: Vec<String>,
    remembered: BTreeMap<String, u64>,
    sent: u64,
}

impl Mailbox {
    /// Stores a message, unless its deduplication id is remembered.
    pub(super) fn put(&mut self, message: &Outgoing, now: u64) {
        self.remembered.retain(|_, until| *until > now);
        if let Some(id) = &message.deduplication
            && self.remembered.insert(id.clone(), now + DEDUPLICATION_WINDOW).is_some()
        {
            return;
        }
        self.sent += 1;
        let delay = u64::try_from(message.delay.as_millis()).unwrap_or(u64::MAX);
        let Outgoing { body, group, .. } = message.clone();
        self.messages.insert(self.sent, Message { body, group, visible_at: now + delay, receives: 0 });
    }

    /// Returns the messages that may be delivered next: the oldest of each group in a FIFO queue, all in a
    /// standard queue.
    pub(super) fn candidates(&self, fifo: bool) -> Vec<u64> {
        if !fifo {
            return self.messages.keys().copied().collect();
        }
        let mut groups = Vec::new();
        let mut candidates = Vec::new();
        for (number, message) in &self.messages {
            if message.group.is_none() || !groups.contains(&&message.group) {
                groups.push(&message.group);
                candidates.push(*number);
            }
        }
        candidates
    }

    /// Moves a message to the dead letters.
    pub(super) fn bury(&mut self, number: u64) {
        self.dead.extend(self.messages.remove(&number).map(|message| message.body));
    }
}

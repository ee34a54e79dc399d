//! A queue that delivers late, twice and in any order, and sometimes refuses messages.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use shared::{
    model::{Clock, Timestamp},
    queue::{Outgoing, Queue, QueueError},
};

use super::faults::{Faults, lock};

/// Time after which a message whose work did not end is delivered again.
const VISIBILITY: Duration = Duration::from_secs(720);

/// A message in the queue.
#[derive(Clone)]
struct Message {
    number: u64,
    body: String,
    visible_at: Timestamp,
}

/// The queue of deliveries.
pub(crate) struct Mailbox {
    messages: Mutex<(u64, Vec<Message>)>,
    faults: Arc<Faults>,
    clock: Arc<dyn Clock>,
}

impl Mailbox {
    pub(crate) fn new(faults: Arc<Faults>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { messages: Mutex::default(), faults, clock })
    }

    /// Returns a message that is visible now, with its number, and makes it invisible for a while.
    pub(crate) fn receive(&self) -> Option<(u64, String)> {
        let now = self.clock.now();
        let mut messages = lock(&self.messages);
        let visible: Vec<usize> =
            (0..messages.1.len()).filter(|index| messages.1[*index].visible_at <= now).collect();
        let index = *visible.get(usize::try_from(self.faults.below(visible.len() as u64)).ok()?)?;
        let message = &mut messages.1[index];
        message.visible_at = now.plus(VISIBILITY);
        Some((message.number, message.body.clone()))
    }

    /// Acknowledges a message.
    pub(crate) fn delete(&self, number: u64) {
        lock(&self.messages).1.retain(|message| message.number != number);
    }

    /// Returns the time at which the next message is visible.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        lock(&self.messages).1.iter().map(|message| message.visible_at).min()
    }
}

#[async_trait]
impl Queue for Mailbox {
    async fn send(&self, sent: Vec<Outgoing>) -> Result<(), QueueError> {
        if sent.is_empty() {
            return Ok(());
        }
        self.faults.survive().await;
        if self.faults.happens(|chances| chances.queue) {
            return Err(QueueError("simulated: refused".to_owned()));
        }
        let now = self.clock.now();
        for Outgoing { body, delay, .. } in sent {
            let copies = if self.faults.happens(|chances| chances.queue) { 2 } else { 1 };
            let mut messages = lock(&self.messages);
            for _ in 0..copies {
                messages.0 += 1;
                let message = Message { number: messages.0, body: body.clone(), visible_at: now.plus(delay) };
                messages.1.push(message);
            }
        }
        self.faults.survive().await;
        match self.faults.happens(|chances| chances.queue) {
            true => Err(QueueError("simulated: the answer was lost".to_owned())),
            false => Ok(()),
        }
    }
}

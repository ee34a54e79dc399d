//! In-memory queues with the guarantees of SQS, and no others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use shared::queue::{Outgoing, Queue, QueueError};

use super::{
    dice::fold,
    faults::{Fault, Port},
    gate::Gate,
    history::History,
    mailbox::Mailbox,
};

/// Number of deliveries after which a message becomes a dead letter.
pub(super) const MOST_RECEIVES: u32 = 5;
/// Delay of a late delivery, in milliseconds.
const LATE: u64 = 90_000;

/// Kind of queue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) fifo: bool,
    /// Visibility timeout, in milliseconds.
    pub(super) visibility: u64,
}

/// A delivered message.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub(super) number: u64,
    pub(super) receives: u32,
    pub(super) body: String,
}

/// A simulated queue.
pub(super) struct SimulatedQueue {
    kind: Kind,
    gate: Arc<Gate>,
    history: Arc<History>,
    mailbox: Mutex<Mailbox>,
}

impl SimulatedQueue {
    pub(super) fn new(kind: Kind, gate: Arc<Gate>, history: Arc<History>) -> Self {
        Self { kind, gate, history, mailbox: Mutex::default() }
    }

    fn mailbox(&self) -> MutexGuard<'_, Mailbox> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn name(&self) -> &'static str {
        self.kind.name
    }

    /// Stores a message, past the gate.
    pub(super) fn put(&self, message: &Outgoing, now: u64) {
        self.history.check_secrets("a message", &message.body);
        self.check(message);
        self.mailbox().put(message, now);
    }

    /// Records a violation if SQS would refuse the message for this kind of queue.
    fn check(&self, message: &Outgoing) {
        let is_named = message.group.is_some() && message.deduplication.is_some();
        let is_plain = message.deduplication.is_none();
        let fits = if self.kind.fifo { is_named && message.delay.is_zero() } else { is_plain };
        if !fits {
            self.history.broken("queue", format!("{} would refuse {message:?}", self.kind.name));
        }
    }

    /// Returns the time at which the next message can be delivered.
    pub(super) fn next(&self) -> Option<u64> {
        let mailbox = self.mailbox();
        mailbox.candidates(self.kind.fifo).iter().map(|number| mailbox.messages[number].visible_at).min()
    }

    /// Delivers a message, if one is due.
    pub(super) fn receive(&self, now: u64) -> Option<Delivery> {
        loop {
            let number = self.pick(now)?;
            let late = self.strike(Fault::LateDelivery, "late", number);
            let again = !self.kind.fifo && self.strike(Fault::Duplicate, "duplicate", number);
            let mut mailbox = self.mailbox();
            let message = mailbox.messages.get_mut(&number)?;
            if message.receives >= MOST_RECEIVES {
                mailbox.bury(number);
            } else if late {
                message.visible_at = now + LATE;
            } else {
                message.receives += 1;
                message.visible_at = if again { now + 1 } else { now + self.kind.visibility };
                return Some(Delivery { number, receives: message.receives, body: message.body.clone() });
            }
        }
    }

    fn pick(&self, now: u64) -> Option<u64> {
        let mailbox = self.mailbox();
        let mut due = mailbox.candidates(self.kind.fifo);
        due.retain(|number| mailbox.messages[number].visible_at <= now);
        if !self.kind.fifo {
            // A standard queue does not guarantee an order.
            due.sort_by_key(|number| fold(self.gate.seed, &number.to_string()));
        }
        due.first().copied()
    }

    /// Draws whether a fault strikes a delivery. A message that has failed before is spared, so that it does
    /// not become a dead letter through faults alone.
    fn strike(&self, fault: Fault, purpose: &str, number: u64) -> bool {
        let receives = self.mailbox().messages.get(&number).map_or(0, |message| message.receives);
        let purpose = format!("{} {purpose} {number}", self.kind.name);
        receives + 2 < MOST_RECEIVES && self.gate.strike_with(Port::Delivery, fault, &purpose)
    }

    /// Acknowledges a delivery, unless the message was delivered again since.
    pub(super) fn acknowledge(&self, delivery: &Delivery) {
        if self.strike(Fault::AckLost, "acknowledgement", delivery.number) {
            return;
        }
        let mut mailbox = self.mailbox();
        let stored = mailbox.messages.get(&delivery.number);
        if stored.is_some_and(|message| message.receives == delivery.receives) {
            mailbox.messages.remove(&delivery.number);
        }
    }

    /// Returns the bodies of the dead letters.
    pub(super) fn dead(&self) -> Vec<String> {
        self.mailbox().dead.clone()
    }
}

#[async_trait]
impl Queue for SimulatedQueue {
    async fn send(&self, messages: Vec<Outgoing>) -> Result<(), QueueError> {
        let Some(first) = messages.first() else { return Ok(()) };
        let key = format!("{} {} {}", self.kind.name, first.body, messages.len());
        let effect = self.gate.enter(Port::Queue, "send", &key).await;
        let fault = effect.fault;
        let taken = match fault {
            Some(Fault::SendRefused) => 0,
            Some(Fault::SendPartial) => messages.len() / 2,
            _ => messages.len(),
        };
        let now = self.gate.clock.elapsed();
        messages[..taken].iter().for_each(|message| self.put(message, now));
        effect.leave().await;
        fault.map_or(Ok(()), |fault| Err(QueueError(fault.words().to_owned())))
    }
}

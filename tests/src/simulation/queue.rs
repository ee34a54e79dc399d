//! The queues, in memory: what SQS promises, and no more.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use shared::queue::{Outgoing, Queue, QueueError};

use super::{
    dice::fold,
    faults::{Fault, Port},
    gate::Gate,
    history::History,
};

/// How long a FIFO queue remembers a deduplication id. Milliseconds.
const DEDUPLICATION_WINDOW: u64 = 5 * 60 * 1000;
/// A message that was delivered so often is given up.
pub(super) const MOST_RECEIVES: u32 = 5;

/// What kind of queue it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) fifo: bool,
    /// Milliseconds.
    pub(super) visibility: u64,
}

#[derive(Debug, Clone)]
struct Message {
    body: String,
    group: Option<String>,
    visible_at: u64,
    receives: u32,
}

/// A message, delivered.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub(super) number: u64,
    pub(super) receives: u32,
    pub(super) body: String,
}

#[derive(Default)]
struct State {
    /// By number: in the order of sending.
    messages: BTreeMap<u64, Message>,
    remembered: BTreeMap<String, u64>,
    sent: u64,
    dead: Vec<String>,
}

/// A queue.
pub(super) struct SimulatedQueue {
    kind: Kind,
    gate: Arc<Gate>,
    history: Arc<History>,
    state: Mutex<State>,
}

impl SimulatedQueue {
    pub(super) fn new(kind: Kind, gate: Arc<Gate>, history: Arc<History>) -> Self {
        Self { kind, gate, history, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn name(&self) -> &'static str {
        self.kind.name
    }

    /// Takes a message in, whatever happens elsewhere.
    pub(super) fn put(&self, message: &Outgoing, now: u64) {
        self.history.check_secrets("a message", &message.body);
        let mut state = self.state();
        state.remembered.retain(|_, until| *until > now);
        if let Some(id) = message.deduplication.as_ref().filter(|_| self.kind.fifo)
            && state.remembered.insert(id.clone(), now + DEDUPLICATION_WINDOW).is_some()
        {
            return;
        }
        state.sent += 1;
        let (number, delay) = (state.sent, u64::try_from(message.delay.as_millis()).unwrap_or(u64::MAX));
        let group = message.group.clone();
        let message = Message { body: message.body.clone(), group, visible_at: now + delay, receives: 0 };
        state.messages.insert(number, message);
    }

    /// When the next message can be delivered.
    pub(super) fn next(&self) -> Option<u64> {
        let state = self.state();
        self.candidates(&state).iter().map(|number| state.messages[number].visible_at).min()
    }

    /// Delivers a message, if one is due: of a standard queue any, of a FIFO queue the oldest of its group.
    pub(super) fn receive(&self, now: u64) -> Option<Delivery> {
        loop {
            let number = self.pick(now)?;
            let late = self.strike(Fault::LateDelivery, "late", number);
            let again = !self.kind.fifo && self.strike(Fault::Duplicate, "duplicate", number);
            let mut state = self.state();
            let message = state.messages.get_mut(&number)?;
            if message.receives >= MOST_RECEIVES {
                let body = state.messages.remove(&number).map(|message| message.body);
                state.dead.extend(body);
                continue;
            }
            if late {
                message.visible_at = now + 90_000;
                continue;
            }
            message.receives += 1;
            message.visible_at = if again { now + 1 } else { now + self.kind.visibility };
            return Some(Delivery { number, receives: message.receives, body: message.body.clone() });
        }
    }

    fn pick(&self, now: u64) -> Option<u64> {
        let state = self.state();
        let due = |number: &u64| state.messages[number].visible_at <= now;
        let mut due: Vec<u64> = self.candidates(&state).into_iter().filter(due).collect();
        if !self.kind.fifo {
            // A standard queue promises no order.
            due.sort_by_key(|number| fold(self.gate.seed, &number.to_string()));
        }
        due.first().copied()
    }

    fn candidates(&self, state: &State) -> Vec<u64> {
        let mut groups = Vec::new();
        let mut candidates = Vec::new();
        for (number, message) in &state.messages {
            if !self.kind.fifo || !groups.contains(&&message.group) {
                groups.push(&message.group);
                candidates.push(*number);
            }
        }
        candidates
    }

    fn strike(&self, fault: Fault, purpose: &str, number: u64) -> bool {
        // A message that has failed before is spared, so that it is not given up because of faults alone.
        let is_spared =
            self.state().messages.get(&number).is_some_and(|message| message.receives + 2 >= MOST_RECEIVES);
        !is_spared
            && self.gate.strike_with(Port::Delivery, fault, &format!("{} {purpose} {number}", self.kind.name))
    }

    /// Acknowledges a delivery, unless a later one has been made.
    pub(super) fn acknowledge(&self, delivery: &Delivery) {
        if self.strike(Fault::AckLost, "acknowledgement", delivery.number) {
            return;
        }
        let mut state = self.state();
        let current = state.messages.get(&delivery.number);
        if current.is_some_and(|message| message.receives == delivery.receives) {
            state.messages.remove(&delivery.number);
        }
    }

    /// Messages that were given up.
    pub(super) fn dead(&self) -> Vec<String> {
        self.state().dead.clone()
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

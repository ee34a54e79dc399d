//! Queues and a bus that deliver nothing, for code that a test or benchmark calls directly.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use shared::{
    events::{Bus, BusError},
    model::Event,
    queue::{Outgoing, Queue, QueueError},
};

/// Queue that keeps the bodies of sent messages until they are taken.
#[derive(Debug, Default)]
pub struct RecordedQueue(Mutex<Vec<String>>);

impl RecordedQueue {
    /// Takes the body of the last message.
    pub fn take_last(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Whether all sent messages were taken.
    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

#[async_trait]
impl Queue for RecordedQueue {
    async fn send(&self, messages: Vec<Outgoing>) -> Result<(), QueueError> {
        let bodies = messages.into_iter().map(|message| message.body);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bodies);
        Ok(())
    }
}

/// Sink that accepts everything and keeps nothing.
#[derive(Debug, Clone, Copy)]
pub struct Discard;

#[async_trait]
impl Queue for Discard {
    async fn send(&self, _: Vec<Outgoing>) -> Result<(), QueueError> {
        Ok(())
    }
}

#[async_trait]
impl Bus for Discard {
    async fn publish(&self, _: Vec<Event>) -> Result<(), BusError> {
        Ok(())
    }
}

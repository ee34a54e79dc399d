//! In-memory bus.

use std::sync::Arc;

use async_trait::async_trait;
use shared::{
    events::{Bus, BusError},
    model::Event,
};

use super::{
    faults::{Fault, Port},
    gate::Gate,
    history::History,
};

/// A bus that can refuse events, lose its response, or accept only some of the events.
pub(super) struct SimulatedBus {
    gate: Arc<Gate>,
    history: Arc<History>,
}

impl SimulatedBus {
    pub(super) fn new(gate: Arc<Gate>, history: Arc<History>) -> Self {
        Self { gate, history }
    }
}

#[async_trait]
impl Bus for SimulatedBus {
    async fn publish(&self, events: Vec<Event>) -> Result<(), BusError> {
        let Some(first) = events.first() else { return Ok(()) };
        let effect = self.gate.enter(Port::Bus, "publish", &format!("{} {}", first.id, events.len())).await;
        let fault = effect.fault;
        let taken = match fault {
            Some(Fault::PublishRefused) => 0,
            Some(Fault::PublishPartial) => events.len() / 2,
            _ => events.len(),
        };
        events[..taken].iter().for_each(|event| self.history.published(event));
        effect.leave().await;
        fault.map_or(Ok(()), |fault| Err(BusError(fault.words().to_owned())))
    }
}

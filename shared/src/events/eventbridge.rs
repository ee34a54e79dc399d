//! The port on Amazon EventBridge.

use async_trait::async_trait;
use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Bus, BusError, SOURCE};
use crate::{aws::describe, model::Event};

/// EventBridge takes at most this many events in one call; ours are small, so its 256 KB are not reached.
const BATCH: usize = 10;
/// Batches published at the same time.
const PARALLEL: usize = 8;

/// One event bus.
#[derive(Debug, Clone)]
pub struct EventBridgeBus {
    client: Client,
    name: String,
}

impl EventBridgeBus {
    /// The bus with this name or ARN.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    fn entry(&self, event: &Event) -> Result<PutEventsRequestEntry, BusError> {
        let detail = serde_json::to_string(event).map_err(|error| BusError(error.to_string()))?;
        Ok(PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(event.detail_type())
            .resources(event.connection.to_string())
            .detail(detail)
            .build())
    }

    async fn put(&self, entries: Vec<PutEventsRequestEntry>) -> Result<(), BusError> {
        let answer = self
            .client
            .put_events()
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|error| BusError(describe(&error)))?;
        match answer.failed_entry_count() {
            0 => Ok(()),
            failed => Err(BusError(format!("{failed} of {} events were refused", answer.entries().len()))),
        }
    }
}

#[async_trait]
impl Bus for EventBridgeBus {
    async fn publish(&self, events: Vec<Event>) -> Result<(), BusError> {
        let entries = events.iter().map(|event| self.entry(event)).collect::<Result<Vec<_>, _>>()?;
        let batches: Vec<_> = entries.chunks(BATCH).map(<[PutEventsRequestEntry]>::to_vec).collect();
        stream::iter(batches)
            .map(|batch| self.put(batch))
            .buffer_unordered(PARALLEL)
            .try_collect::<Vec<()>>()
            .await
            .map(drop)
    }
}

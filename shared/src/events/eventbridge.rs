//! The port on Amazon EventBridge.

use async_trait::async_trait;
use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Bus, BusError, SOURCE};
use crate::{
    aws::{LazyClient, describe},
    model::Event,
    trace,
};

/// Maximum number of events in one call to EventBridge; our events are small, so its limit of 256 KB is not
/// reached.
const BATCH: usize = 10;
/// Maximum number of batches published at the same time.
const PARALLEL: usize = 8;

/// An event bus.
#[derive(Debug, Clone)]
pub struct EventBridgeBus {
    client: LazyClient<Client>,
    name: String,
    trace: trace::Source,
}

impl EventBridgeBus {
    /// Returns the bus with this name or ARN.
    pub fn new(client: impl Into<LazyClient<Client>>, name: impl Into<String>) -> Self {
        Self { client: client.into(), name: name.into(), trace: trace::of_this_invocation }
    }

    fn entry(&self, event: &Event, trace: Option<&str>) -> Result<PutEventsRequestEntry, BusError> {
        let detail = serde_json::to_string(event).map_err(|error| BusError(error.to_string()))?;
        Ok(PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(event.detail_type())
            .set_resources(event.connection.map(|connection| vec![connection.to_string()]))
            .detail(detail)
            .set_trace_header(trace.map(str::to_owned))
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
        let trace = (self.trace)();
        let entries =
            events.iter().map(|event| self.entry(event, trace.as_deref())).collect::<Result<Vec<_>, _>>()?;
        let batches: Vec<_> = entries.chunks(BATCH).map(<[PutEventsRequestEntry]>::to_vec).collect();
        stream::iter(batches)
            .map(|batch| self.put(batch))
            .buffer_unordered(PARALLEL)
            .try_collect::<Vec<()>>()
            .await
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{
        aws::captured::Captured,
        delivery::body::samples,
        model::{EventBody, Timestamp},
    };

    const HEADER: &str = "Root=1-5e6722a7-cc2a4f46db7ae98d0da47ae0;Parent=53995c3f42cd8ad8;Sampled=1";

    fn event() -> Event {
        Event::recurring(&samples::connection(), Timestamp(0), EventBody::Connected)
    }

    /// Returns the entries that an invocation with this trace publishes.
    async fn published(trace: trace::Source) -> Vec<Value> {
        let captured = Captured::answering(r#"{"FailedEntryCount":0,"Entries":[]}"#);
        let bus =
            EventBridgeBus { trace, ..EventBridgeBus::new(Client::new(&captured.config()), "dropline") };
        bus.publish(vec![event(); 12]).await.unwrap();
        captured.bodies().iter().flat_map(|body| body["Entries"].as_array().unwrap().clone()).collect()
    }

    #[tokio::test]
    async fn every_event_carries_the_trace_of_the_invocation() {
        let entries = published(|| Some(HEADER.to_owned())).await;
        assert_eq!(entries.len(), 12);
        assert!(entries.iter().all(|entry| entry["TraceHeader"] == HEADER), "{entries:?}");
    }

    #[tokio::test]
    async fn without_a_trace_none_is_published() {
        let entries = published(|| None).await;
        assert!(entries.iter().all(|entry| entry.get("TraceHeader").is_none()), "{entries:?}");
    }
}

//! Contract of the bus: it delivers every event at least once, as it was published.

use std::collections::HashMap;

use async_trait::async_trait;
use serde_json::Value;
use shared::{
    events::Bus,
    model::{ConnectionId, Event},
};

use crate::{Harness, eventually, samples};

/// Creates a bus, and observes it.
#[async_trait]
pub trait BusHarness: Harness {
    /// Returns a bus on which nothing was published.
    fn bus(&self) -> &dyn Bus;

    /// Returns all events that have arrived, in any order.
    async fn arrived(&self) -> Vec<Arrival>;
}

/// An event as a consumer of the bus receives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Name that rules match.
    pub detail_type: String,
    /// The event.
    pub detail: Value,
}

/// Waits until `count` events have arrived.
async fn arrivals(harness: &impl BusHarness, count: usize) -> Vec<Arrival> {
    let mut seen = Vec::new();
    eventually("events arrive", async || {
        seen = harness.arrived().await;
        (seen.len() >= count).then_some(())
    })
    .await;
    seen
}

fn events(count: u64) -> Vec<Event> {
    let connection = ConnectionId::random();
    (0..count).map(|number| samples::event(connection, number)).collect()
}

async fn publish(harness: &impl BusHarness, events: &[Event]) {
    harness.bus().publish(events.to_vec()).await.expect("the bus takes the events");
}

/// A consumer receives the event's type and all of its fields.
pub async fn an_event_arrives_as_it_was_published(harness: &impl BusHarness) {
    let events = events(1);
    publish(harness, &events).await;
    let detail = serde_json::to_value(&events[0]).expect("an event is plain JSON");
    let expected = Arrival { detail_type: events[0].detail_type().to_owned(), detail };
    assert_eq!(arrivals(harness, 1).await, [expected]);
}

/// All events arrive when more are published than fit into a batch.
pub async fn a_large_publication_arrives_whole(harness: &impl BusHarness) {
    let events = events(35);
    publish(harness, &events).await;
    let mut arrived: Vec<_> =
        arrivals(harness, 35).await.iter().map(|arrival| id(arrival).to_owned()).collect();
    arrived.sort_unstable();
    let mut published: Vec<_> = events.into_iter().map(|event| event.id).collect();
    published.sort_unstable();
    assert_eq!(arrived, published);
}

/// An event that is published twice arrives twice with the same id, by which consumers detect repetitions.
pub async fn a_repeated_event_keeps_its_id(harness: &impl BusHarness) {
    let events = events(2);
    publish(harness, &events).await;
    publish(harness, &events[..1]).await;
    let mut counts = HashMap::new();
    for arrival in arrivals(harness, 3).await {
        *counts.entry(id(&arrival).to_owned()).or_insert(0) += 1;
    }
    assert_eq!(counts, HashMap::from([(events[0].id.clone(), 2), (events[1].id.clone(), 1)]));
}

/// Publishing nothing is no error.
pub async fn nothing_to_publish_is_no_error(harness: &impl BusHarness) {
    publish(harness, &[]).await;
    assert_eq!(harness.arrived().await, []);
}

fn id(arrival: &Arrival) -> &str {
    arrival.detail["id"].as_str().expect("an event has an id")
}

/// Runs every case of [`bus`](crate::bus) as a separate test.
#[macro_export]
macro_rules! bus_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::bus:
            an_event_arrives_as_it_was_published
            a_large_publication_arrives_whole
            a_repeated_event_keeps_its_id
            nothing_to_publish_is_no_error
        }
    };
}

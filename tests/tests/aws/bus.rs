//! EventBridge bus, observed through a rule that forwards its events to a queue.

use std::sync::Mutex;

use async_trait::async_trait;
use aws_sdk_eventbridge::types::Target;
use aws_sdk_sqs::types::QueueAttributeName;
use contracts::{
    Harness,
    bus::{Arrival, BusHarness},
};
use serde_json::{Value, json};
use shared::events::{Bus, EventBridgeBus, SOURCE};

use crate::{endpoint, queues};

pub(crate) struct ObservedBus {
    events: aws_sdk_eventbridge::Client,
    queues: aws_sdk_sqs::Client,
    /// Name of the bus and of its rule.
    name: String,
    queue: String,
    bus: EventBridgeBus,
    arrived: Mutex<Vec<Arrival>>,
}

impl ObservedBus {
    pub(crate) async fn new() -> Self {
        let config = endpoint::config();
        let (events, queues) = (aws_sdk_eventbridge::Client::new(&config), aws_sdk_sqs::Client::new(&config));
        let name = endpoint::unique();
        events.create_event_bus().name(&name).send().await.unwrap();
        let queue = queues.create_queue().queue_name(&name).send().await.unwrap().queue_url.unwrap();
        let bus = EventBridgeBus::new(events.clone(), &name);
        let observed = Self { events, queues, name, queue, bus, arrived: Mutex::default() };
        observed.forward().await;
        observed
    }

    /// Returns the name of the bus.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Creates a rule that forwards all of our events to the queue.
    async fn forward(&self) {
        let arn = queues::arn(&self.queues, &self.queue).await;
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "events.amazonaws.com" },
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }] });
        let allow = self.queues.set_queue_attributes().queue_url(&self.queue);
        allow.attributes(QueueAttributeName::Policy, policy.to_string()).send().await.unwrap();
        let pattern = json!({ "source": [SOURCE] }).to_string();
        let rule = self.events.put_rule().event_bus_name(&self.name).name(&self.name).event_pattern(pattern);
        rule.send().await.unwrap();
        let target = Target::builder().id("queue").arn(arn).build().unwrap();
        let targets = self.events.put_targets().event_bus_name(&self.name).rule(&self.name).targets(target);
        targets.send().await.unwrap();
    }
}

/// Parses an event as a rule forwards it.
fn arrival(body: &str) -> Arrival {
    let mut event: Value = serde_json::from_str(body).unwrap();
    Arrival { detail_type: event["detail-type"].as_str().unwrap().to_owned(), detail: event["detail"].take() }
}

#[async_trait]
impl Harness for ObservedBus {
    async fn clean_up(&self) {
        let (events, name) = (&self.events, &self.name);
        events.remove_targets().event_bus_name(name).rule(name).ids("queue").send().await.unwrap();
        events.delete_rule().event_bus_name(name).name(name).send().await.unwrap();
        events.delete_event_bus().name(name).send().await.unwrap();
        self.queues.delete_queue().queue_url(&self.queue).send().await.unwrap();
    }
}

#[async_trait]
impl BusHarness for ObservedBus {
    fn bus(&self) -> &dyn Bus {
        &self.bus
    }

    async fn arrived(&self) -> Vec<Arrival> {
        let receive = self.queues.receive_message().queue_url(&self.queue).max_number_of_messages(10);
        for message in receive.wait_time_seconds(1).send().await.unwrap().messages() {
            let receipt = message.receipt_handle().unwrap();
            self.queues.delete_message().queue_url(&self.queue).receipt_handle(receipt).send().await.unwrap();
            self.arrived.lock().unwrap().push(arrival(message.body().unwrap()));
        }
        self.arrived.lock().unwrap().clone()
    }
}

//! Copy of the events on a stack's bus, through a rule and a queue that are created for it.

use std::time::Duration;

use anyhow::Context;
use aws_config::SdkConfig;
use aws_sdk_eventbridge::types::{SqsParameters, Target};
use aws_sdk_sqs::types::QueueAttributeName;
use local_adapters::MachineBus;
use serde_json::{Value, json};
use shared::{
    events::{Bus, SOURCE},
    model::Event,
};
use tokio::sync::watch;
use uuid::Uuid;

/// Wait of one receive from the queue, in seconds.
const WAIT: i32 = 1;
/// Messages per receive: the most that SQS allows.
const BATCH: i32 = 10;
/// Pause after a failure of the queue.
const BACKOFF: Duration = Duration::from_secs(1);

/// Forwarder from a stack's bus to this machine's bus.
pub(super) struct Feed {
    queues: aws_sdk_sqs::Client,
    url: String,
    bus: MachineBus,
}

impl Feed {
    /// Creates the queue and the rule. They are not removed when the gateway stops, but with the emulator.
    pub(super) async fn open(aws: &SdkConfig, stack_bus: &str, bus: MachineBus) -> anyhow::Result<Self> {
        let queues = aws_sdk_sqs::Client::new(aws);
        let name = format!("gateway-{}.fifo", Uuid::new_v4());
        let made = queues
            .create_queue()
            .queue_name(&name)
            .attributes(QueueAttributeName::FifoQueue, "true")
            .attributes(QueueAttributeName::ContentBasedDeduplication, "true")
            .send()
            .await
            .context("no queue can be made for the events")?;
        let url = made.queue_url.context("the queue has no address")?;
        let feed = Self { queues, url, bus };
        feed.forward(&aws_sdk_eventbridge::Client::new(aws), stack_bus, name.trim_end_matches(".fifo"))
            .await?;
        Ok(feed)
    }

    async fn forward(
        &self,
        events: &aws_sdk_eventbridge::Client,
        bus: &str,
        rule: &str,
    ) -> anyhow::Result<()> {
        let asked = self.queues.get_queue_attributes().queue_url(&self.url);
        let told = asked.attribute_names(QueueAttributeName::QueueArn).send().await?;
        let arn = told.attributes().and_then(|all| all.get(&QueueAttributeName::QueueArn));
        let order = SqsParameters::builder().message_group_id("events").build();
        let target = Target::builder()
            .id("gateway")
            .arn(arn.context("the queue has no ARN")?)
            .sqs_parameters(order)
            .build()?;
        let pattern = json!({"source": [SOURCE]}).to_string();
        events.put_rule().event_bus_name(bus).name(rule).event_pattern(pattern).send().await?;
        events.put_targets().event_bus_name(bus).rule(rule).targets(target).send().await?;
        Ok(())
    }

    /// Forwards events until it is stopped.
    pub(super) async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            let fetched = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                fetched = self.fetch() => fetched,
            };
            if let Err(error) = fetched {
                tracing::error!(error = format!("{error:#}"), "events cannot be brought");
                tokio::time::sleep(BACKOFF).await;
            }
        }
    }

    async fn fetch(&self) -> anyhow::Result<()> {
        let look = self.queues.receive_message().queue_url(&self.url);
        let taken = look.max_number_of_messages(BATCH).wait_time_seconds(WAIT).send().await?;
        for message in taken.messages() {
            self.bus.publish(vec![event(message.body().unwrap_or_default())?]).await?;
            let receipt = message.receipt_handle().unwrap_or_default();
            self.queues.delete_message().queue_url(&self.url).receipt_handle(receipt).send().await?;
        }
        Ok(())
    }
}

/// Parses the event that a rule forwards.
fn event(body: &str) -> anyhow::Result<Event> {
    let mut forwarded: Value = serde_json::from_str(body)?;
    Ok(serde_json::from_value(forwarded["detail"].take())?)
}

//! The event sender on Lambda.

use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use event_sender::{AwsPublisher, Sender, Source, TimeBudget};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use shared::{config::destinations, dependencies::Dependencies, egress::Poster, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let source = Source { dead_letters: with.queue("DELIVERY_DEAD_LETTERS_URL")? };
    let sender = Sender {
        store: with.store.clone(),
        keyring: with.keyring()?,
        outbound: Arc::new(Poster::new(destinations()?)?),
        publisher: Arc::new(AwsPublisher::new(&with.aws, with.clock.clone())),
        queue: with.queue("DELIVERIES_QUEUE_URL")?,
        bus: with.announcer()?,
        starter: with.starter()?,
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
        time: TimeBudget::default(),
    };
    let handle = async |event: LambdaEvent<SqsEvent>| {
        Ok::<_, Error>(event_sender::handle(&sender, &source, event.payload).await)
    };
    run(service_fn(handle)).await
}

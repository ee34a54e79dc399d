//! The event sender on Lambda.

use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use event_sender::{AwsPublisher, Sender, Source, TimeBudget};
use lambda_runtime::{LambdaEvent, service_fn};
use shared::{
    aws::LazyClient,
    config::{announcer, aws_and_store, destinations, keyring, metrics, required, starter},
    egress::Poster,
    model::{Clock, SystemClock},
    queue::SqsQueue,
    telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let (sender, source) = sender().await?;
    let sender = Arc::new(sender);
    let handle = |event: LambdaEvent<SqsEvent>| {
        let (sender, source) = (sender.clone(), source.clone());
        async move {
            let answer = event_sender::handle(&sender, &source, event.payload).await;
            Ok::<_, lambda_runtime::Error>(answer)
        }
    };
    lambda_runtime::run(service_fn(handle)).await
}

/// Returns the sender, and the dead-letter queue of its queue.
async fn sender() -> anyhow::Result<(Sender, Source)> {
    let (aws, store) = aws_and_store().await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let sqs = LazyClient::of(&aws, aws_sdk_sqs::Client::new);
    let queue = |name| anyhow::Ok(Arc::new(SqsQueue::new(sqs.clone(), required(name)?)));
    let source = Source { dead_letters: queue("DELIVERY_DEAD_LETTERS_URL")? };
    let sender = Sender {
        endpoints: store.clone(),
        deliveries: store.clone(),
        attempts: store.clone(),
        log: store.clone(),
        notices: store.clone(),
        connections: store.clone(),
        users: store.clone(),
        ordinals: store.clone(),
        keyring: keyring(&aws, &store, &clock)?,
        outbound: Arc::new(Poster::new(destinations()?)?),
        publisher: Arc::new(AwsPublisher::new(&aws, clock.clone())),
        queue: queue("DELIVERIES_QUEUE_URL")?,
        bus: announcer(&aws, &store, &clock)?,
        starter: starter(&store, queue("RUNS_QUEUE_URL")?, &clock),
        metrics: metrics(clock.clone())?,
        clock,
        time: TimeBudget::default(),
    };
    Ok((sender, source))
}

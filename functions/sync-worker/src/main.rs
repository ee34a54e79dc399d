//! The sync worker on Lambda. It is deployed twice: for the lanes of walks and for the lane of transfers.

mod sources;

use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use shared::{dependencies::Dependencies, dropbox::LISTING_READ_TIMEOUT, model::Lane, telemetry};
use sources::Sources;
use sync_worker::{Capacity, TimeBudget, Worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let worker = Worker {
        store: with.store.clone(),
        leases: with.store.clone(),
        calls: Arc::new(with.dropbox(LISTING_READ_TIMEOUT).await?.calls.repeating()),
        requests: with.requests(&Lane::ALL)?,
        bus: with.announcer()?,
        deliveries: with.queue("DELIVERIES_QUEUE_URL")?,
        run_queue: with.queue("RUNS_QUEUE_URL")?,
        content: with.content()?,
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
        time: TimeBudget::default(),
        capacity: Arc::new(Capacity::default()),
    };
    let sources = Sources::from_env(&with)?;
    let handle = async |event: LambdaEvent<SqsEvent>| {
        let source = sources.of(&event.payload);
        Ok::<_, Error>(sync_worker::handle(&worker, &source, event.payload).await)
    };
    run(service_fn(handle)).await
}

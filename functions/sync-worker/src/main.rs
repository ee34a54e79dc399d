//! The sync worker on Lambda. Deployed twice: for `sync.fifo` and for the transfer queue.

use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use shared::{
    aws::Late,
    config::{Wiring, required},
    content::S3Content,
    dropbox::LISTING_SILENCE,
    events::EventBridgeBus,
    queue::SqsQueue,
    telemetry,
};
use sync_worker::{RetryBudget, Worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let wiring = Wiring::from_env(LISTING_SILENCE).await?;
    let sqs = Late::of(&wiring.aws, aws_sdk_sqs::Client::new);
    let worker = Arc::new(worker(&wiring, &sqs)?);
    let dead_letters = Arc::new(SqsQueue::new(sqs, required("DEAD_LETTERS_URL")?));
    let handle = |event: LambdaEvent<SqsEvent>| {
        let (worker, dead_letters) = (worker.clone(), dead_letters.clone());
        async move {
            let answer = sync_worker::handle(&worker, dead_letters.as_ref(), event.payload).await;
            Ok::<_, lambda_runtime::Error>(answer)
        }
    };
    lambda_runtime::run(service_fn(handle)).await
}

fn worker(wiring: &Wiring, sqs: &Late<aws_sdk_sqs::Client>) -> anyhow::Result<Worker> {
    let bus =
        EventBridgeBus::new(Late::of(&wiring.aws, aws_sdk_eventbridge::Client::new), required("BUS_NAME")?);
    let content = S3Content::new(Late::of(&wiring.aws, aws_sdk_s3::Client::new), required("BUCKET_NAME")?);
    let keyring = wiring.keyring()?;
    Ok(Worker {
        projects: wiring.store.clone(),
        connections: wiring.store.clone(),
        schedules: wiring.store.clone(),
        health: wiring.store.clone(),
        choices: wiring.store.clone(),
        purges: wiring.store.clone(),
        log: wiring.store.clone(),
        items: wiring.store.clone(),
        transfers: wiring.store.clone(),
        tokens: wiring.tokens(keyring.clone(), wiring.apps(keyring)),
        dropbox: wiring.dropbox.clone(),
        sync_queue: Arc::new(SqsQueue::new(sqs.clone(), required("SYNC_QUEUE_URL")?)),
        transfer_queue: Arc::new(SqsQueue::new(sqs.clone(), required("TRANSFER_QUEUE_URL")?)),
        bus: Arc::new(bus),
        content: Arc::new(content),
        clock: wiring.clock.clone(),
        metrics: wiring.metrics.clone(),
        budget: RetryBudget::default(),
    })
}

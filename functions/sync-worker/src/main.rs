//! The sync worker on Lambda. It is deployed twice: for the lanes of walks and for the lane of transfers.

use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use shared::{
    aws::LazyClient,
    config::{Wiring, announcer, required},
    content::S3Content,
    dropbox::LISTING_READ_TIMEOUT,
    model::Lane,
    queue::{Requests, SqsQueue},
    telemetry,
};
use sync_worker::{Source, TimeBudget, Worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let wiring = Wiring::from_env(LISTING_READ_TIMEOUT).await?;
    let sqs = LazyClient::of(&wiring.aws, aws_sdk_sqs::Client::new);
    let worker = Arc::new(worker(&wiring, &sqs)?);
    let sources = Arc::new(Sources::from_env(sqs)?);
    let handle = |event: LambdaEvent<SqsEvent>| {
        let (worker, sources) = (worker.clone(), sources.clone());
        async move {
            let source = sources.of(&event.payload);
            let answer = sync_worker::handle(&worker, &source, event.payload).await;
            Ok::<_, lambda_runtime::Error>(answer)
        }
    };
    lambda_runtime::run(service_fn(handle)).await
}

/// The queues that the function receives messages from, all in one account and region.
struct Sources {
    sqs: LazyClient<aws_sdk_sqs::Client>,
    /// URL of the account's queues, without a queue's name.
    address: String,
    dead_letters: Arc<SqsQueue>,
    /// Dead-letter queue of the FIFO queue.
    fifo_dead_letters: Arc<SqsQueue>,
}

impl Sources {
    fn from_env(sqs: LazyClient<aws_sdk_sqs::Client>) -> anyhow::Result<Self> {
        let url = required("DEAD_LETTERS_URL")?;
        let address = url.rsplit_once('/').map(|(address, _)| address.to_owned()).unwrap_or_default();
        let fifo = SqsQueue::new(sqs.clone(), required("FIFO_DEAD_LETTERS_URL")?);
        let dead_letters = Arc::new(SqsQueue::new(sqs.clone(), url));
        Ok(Self { sqs, address, dead_letters, fifo_dead_letters: Arc::new(fifo) })
    }

    /// Returns the queue that a batch comes from.
    fn of(&self, event: &SqsEvent) -> Source {
        let arn = event.records.first().and_then(|record| record.event_source_arn.as_deref());
        let name = arn.and_then(|arn| arn.rsplit(':').next()).unwrap_or_default();
        let inbox = Arc::new(SqsQueue::new(self.sqs.clone(), format!("{}/{name}", self.address)));
        let is_fifo = name.ends_with(".fifo");
        let dead_letters = if is_fifo { &self.fifo_dead_letters } else { &self.dead_letters };
        Source { inbox, dead_letters: dead_letters.clone() }
    }
}

fn worker(wiring: &Wiring, sqs: &LazyClient<aws_sdk_sqs::Client>) -> anyhow::Result<Worker> {
    let bus = announcer(&wiring.aws, &wiring.store, &wiring.clock)?;
    let content =
        S3Content::new(LazyClient::of(&wiring.aws, aws_sdk_s3::Client::new), required("BUCKET_NAME")?);
    let keyring = wiring.keyring()?;
    let queue = |name| anyhow::Ok(Arc::new(SqsQueue::new(sqs.clone(), required(name)?)));
    let requests = Requests::new(wiring.store.clone(), wiring.clock.clone())
        .with(Lane::Changes, queue("CHANGES_QUEUE_URL")?)
        .with(Lane::Bulk, queue("BULK_QUEUE_URL")?)
        .with(Lane::Transfers, queue("TRANSFERS_QUEUE_URL")?);
    Ok(Worker {
        projects: wiring.store.clone(),
        users: wiring.store.clone(),
        connections: wiring.store.clone(),
        schedules: wiring.store.clone(),
        health: wiring.store.clone(),
        leases: wiring.store.clone(),
        choices: wiring.store.clone(),
        purges: wiring.store.clone(),
        log: wiring.store.clone(),
        items: wiring.store.clone(),
        labels: wiring.store.clone(),
        transfers: wiring.store.clone(),
        calls: Arc::new(wiring.calls(wiring.tokens(keyring.clone(), wiring.apps(keyring))).repeating()),
        requests,
        bus,
        deliveries: queue("DELIVERIES_QUEUE_URL")?,
        runs: wiring.store.clone(),
        run_queue: queue("RUNS_QUEUE_URL")?,
        content: Arc::new(content),
        clock: wiring.clock.clone(),
        metrics: wiring.metrics.clone(),
        time: TimeBudget::default(),
    })
}

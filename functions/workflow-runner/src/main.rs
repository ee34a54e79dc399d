//! The workflow runner on Lambda.

use std::sync::Arc;

use api_proxy::Actions;
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use shared::{
    config::destinations, dependencies::Dependencies, dropbox::LISTING_READ_TIMEOUT, egress::Poster,
    telemetry,
};
use workflow_runner::{Runner, SAVE_TIME, Source, WORK_TIME};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let inbox = with.queue("RUNS_QUEUE_URL")?;
    let runner = Runner {
        store: with.store.clone(),
        leases: with.store.clone(),
        account: Arc::new(Actions::new(&with, LISTING_READ_TIMEOUT, SAVE_TIME).await?),
        http: Arc::new(Poster::new(destinations()?)?),
        starter: with.starter()?,
        queue: inbox.clone(),
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
        work_time: WORK_TIME,
    };
    let source = Source { inbox, dead_letters: with.queue("RUN_DEAD_LETTERS_URL")? };
    let handle = async |event: LambdaEvent<SqsEvent>| {
        Ok::<_, Error>(workflow_runner::handle(&runner, &source, event.payload).await)
    };
    run(service_fn(handle)).await
}

//! The workflow runner on Lambda.

use std::sync::Arc;

use api_proxy::{Actions, Proxy};
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use shared::{
    aws::LazyClient,
    config::{Wiring, destinations, required, starter},
    content::S3Content,
    dropbox::LISTING_READ_TIMEOUT,
    egress::{Poster, Web},
    queue::SqsQueue,
    telemetry,
};
use workflow_runner::{Runner, SAVE_TIME, Source, WORK_TIME};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let (runner, source) = runner().await?;
    let runner = Arc::new(runner);
    let handle = |event: LambdaEvent<SqsEvent>| {
        let (runner, source) = (runner.clone(), source.clone());
        async move {
            let answer = workflow_runner::handle(&runner, &source, event.payload).await;
            Ok::<_, lambda_runtime::Error>(answer)
        }
    };
    lambda_runtime::run(service_fn(handle)).await
}

/// Returns the runner, and the queue from which its messages come.
async fn runner() -> anyhow::Result<(Runner, Source)> {
    let wiring = Wiring::from_env(LISTING_READ_TIMEOUT).await?;
    let (store, clock) = (wiring.store.clone(), wiring.clock.clone());
    let sqs = LazyClient::of(&wiring.aws, aws_sdk_sqs::Client::new);
    let queue = |name| anyhow::Ok(Arc::new(SqsQueue::new(sqs.clone(), required(name)?)));
    let inbox = queue("RUNS_QUEUE_URL")?;
    let runner = Runner {
        projects: store.clone(),
        workflows: store.clone(),
        runs: store.clone(),
        users: store.clone(),
        connections: store.clone(),
        leases: store.clone(),
        account: Arc::new(actions(&wiring)?),
        http: Arc::new(Poster::new(destinations()?)?),
        starter: starter(&store, inbox.clone(), &clock),
        queue: inbox.clone(),
        clock,
        metrics: wiring.metrics.clone(),
        work_time: WORK_TIME,
    };
    Ok((runner, Source { inbox, dead_letters: queue("RUN_DEAD_LETTERS_URL")? }))
}

fn actions(wiring: &Wiring) -> anyhow::Result<Actions> {
    let keyring = wiring.keyring()?;
    let proxy = Proxy {
        projects: wiring.store.clone(),
        connections: wiring.store.clone(),
        schedules: wiring.store.clone(),
        leases: wiring.store.clone(),
        calls: Arc::new(wiring.calls(wiring.tokens(keyring.clone(), wiring.apps(keyring)))),
        clock: wiring.clock.clone(),
        metrics: wiring.metrics.clone(),
    };
    let content =
        S3Content::new(LazyClient::of(&wiring.aws, aws_sdk_s3::Client::new), required("BUCKET_NAME")?);
    Ok(Actions {
        proxy: Arc::new(proxy),
        content: Arc::new(content),
        web: Web::guarded()?,
        save_time: SAVE_TIME,
    })
}

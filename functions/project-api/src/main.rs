//! The API of projects on Lambda.

use std::sync::Arc;

use lambda_http::{Error, Request, RequestExt, run, service_fn};
use project_api::ProjectApi;
use shared::{
    aws::LazyClient,
    config::{announcer, aws_and_store, metrics, required},
    model::{Clock, Lane, SystemClock},
    queue::{Requests, SqsQueue},
    secure::over_tls,
    telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let api = Arc::new(api().await?);
    let handle = |request: Request| {
        let api = api.clone();
        async move {
            let path = request.raw_http_path().to_owned();
            Ok::<_, Error>(over_tls(project_api::handle(&api, &path, request).await))
        }
    };
    run(service_fn(handle)).await
}

async fn api() -> anyhow::Result<ProjectApi> {
    let (aws, store) = aws_and_store().await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let sqs = LazyClient::of(&aws, aws_sdk_sqs::Client::new);
    let queue = |name| anyhow::Ok(Arc::new(SqsQueue::new(sqs.clone(), required(name)?)));
    Ok(ProjectApi {
        projects: store.clone(),
        settings: store.clone(),
        keys: store.clone(),
        users: store.clone(),
        connections: store.clone(),
        choices: store.clone(),
        purges: store.clone(),
        bus: announcer(&aws, &store, &clock)?,
        requests: Requests::new(store, clock.clone()).with(Lane::Changes, queue("CHANGES_QUEUE_URL")?),
        run_queue: queue("RUNS_QUEUE_URL")?,
        metrics: metrics(clock.clone())?,
        clock,
    })
}

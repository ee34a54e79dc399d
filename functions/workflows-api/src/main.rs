//! The API of workflows on Lambda.

use std::sync::Arc;

use lambda_http::{Error, Request, RequestExt, run, service_fn};
use shared::{
    address,
    aws::LazyClient,
    config::{aws_and_store, metrics, required, starter},
    model::{Clock, SystemClock},
    queue::{Queue, SqsQueue},
    secure::over_tls,
    telemetry,
};
use url::Url;
use workflows_api::WorkflowsApi;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let api = Arc::new(api().await?);
    let public_url = std::env::var("PUBLIC_URL").ok().map(|url| Url::parse(&url)).transpose()?;
    let handle = |request: Request| {
        let (api, public_url) = (api.clone(), public_url.clone());
        async move {
            let base = public_url
                .or_else(|| address::of_stage(&request))
                .ok_or("the request names no host of ours")?;
            let path = request.raw_http_path().to_owned();
            Ok::<_, Error>(over_tls(workflows_api::handle(&api, &base, &path, request).await))
        }
    };
    run(service_fn(handle)).await
}

async fn api() -> anyhow::Result<WorkflowsApi> {
    let (aws, store) = aws_and_store().await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let runs = SqsQueue::new(LazyClient::of(&aws, aws_sdk_sqs::Client::new), required("RUNS_QUEUE_URL")?);
    let queue: Arc<dyn Queue> = Arc::new(runs);
    Ok(WorkflowsApi {
        projects: store.clone(),
        workflows: store.clone(),
        runs: store.clone(),
        connections: store.clone(),
        endpoints: store.clone(),
        deliveries: store.clone(),
        starter: starter(&store, queue.clone(), &clock),
        queue,
        metrics: metrics(clock.clone())?,
        clock,
    })
}

//! The files API on Lambda.

use std::sync::Arc;

use files_api::FilesApi;
use lambda_http::{Error, Request, RequestExt, run, service_fn};
use shared::{
    aws::LazyClient,
    config::{aws_and_store, metrics, required},
    content::S3Content,
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
            Ok::<_, Error>(over_tls(files_api::handle(&api, &path, request).await))
        }
    };
    run(service_fn(handle)).await
}

async fn api() -> anyhow::Result<FilesApi> {
    let (aws, store) = aws_and_store().await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let sqs = aws_sdk_sqs::Client::new(&aws);
    let queue = |name| anyhow::Ok(Arc::new(SqsQueue::new(sqs.clone(), required(name)?)));
    let requests = Requests::new(store.clone(), clock.clone())
        .with(Lane::Changes, queue("CHANGES_QUEUE_URL")?)
        .with(Lane::Bulk, queue("BULK_QUEUE_URL")?)
        .with(Lane::Transfers, queue("TRANSFERS_QUEUE_URL")?);
    let content = S3Content::new(LazyClient::of(&aws, aws_sdk_s3::Client::new), required("BUCKET_NAME")?);
    Ok(FilesApi {
        projects: store.clone(),
        users: store.clone(),
        connections: store.clone(),
        schedules: store.clone(),
        health: store.clone(),
        choices: store.clone(),
        purges: store.clone(),
        log: store.clone(),
        items: store.clone(),
        transfers: store,
        content_links: Arc::new(content),
        requests,
        metrics: metrics(clock.clone())?,
        clock,
    })
}

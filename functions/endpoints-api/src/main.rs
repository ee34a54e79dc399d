//! The API of endpoints on Lambda.

use std::sync::Arc;

use endpoints_api::EndpointsApi;
use lambda_http::{Error, Request, RequestExt, run, service_fn};
use shared::{
    aws::LazyClient,
    config::{aws_and_store, destinations, keyring, metrics, required},
    delivery::Partition,
    model::{Clock, SystemClock},
    queue::SqsQueue,
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
            Ok::<_, Error>(over_tls(endpoints_api::handle(&api, &path, request).await))
        }
    };
    run(service_fn(handle)).await
}

async fn api() -> anyhow::Result<EndpointsApi> {
    let (aws, store) = aws_and_store().await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let queue =
        SqsQueue::new(LazyClient::of(&aws, aws_sdk_sqs::Client::new), required("DELIVERIES_QUEUE_URL")?);
    Ok(EndpointsApi {
        projects: store.clone(),
        endpoints: store.clone(),
        deliveries: store.clone(),
        attempts: store.clone(),
        connections: store.clone(),
        log: store.clone(),
        notices: store.clone(),
        keyring: keyring(&aws, &store, &clock)?,
        destinations: destinations()?,
        partition: aws.region().and_then(|region| Partition::of_region(region.as_ref())),
        queue: Arc::new(queue),
        metrics: metrics(clock.clone())?,
        clock,
    })
}

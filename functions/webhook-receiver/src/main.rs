//! The webhook receiver on Lambda.

use std::sync::Arc;

use lambda_http::{Error, Request, RequestExt, run, service_fn};
use shared::{
    config::{Wiring, required},
    dropbox::READ_TIMEOUT,
    model::Lane,
    queue::{Requests, SqsQueue},
    secure::over_tls,
    telemetry,
};
use webhook_receiver::Receiver;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let wiring = Wiring::from_env(READ_TIMEOUT).await?;
    let queue = SqsQueue::new(aws_sdk_sqs::Client::new(&wiring.aws), required("CHANGES_QUEUE_URL")?);
    let requests = Requests::new(wiring.store.clone(), wiring.clock.clone());
    let receiver = Arc::new(Receiver {
        accounts: wiring.store.clone(),
        requests: requests.with(Lane::Changes, Arc::new(queue)),
        apps: wiring.apps(wiring.keyring()?),
        metrics: wiring.metrics.clone(),
    });
    let handle = |request: Request| {
        let receiver = receiver.clone();
        async move {
            let path = request.raw_http_path().to_owned();
            Ok::<_, Error>(over_tls(webhook_receiver::handle(&receiver, &path, request).await))
        }
    };
    run(service_fn(handle)).await
}

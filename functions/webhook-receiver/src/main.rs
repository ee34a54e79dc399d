//! The webhook receiver on Lambda.

use std::sync::Arc;

use lambda_http::{Error, Request, RequestExt, run, service_fn};
use shared::{
    config::{Wiring, required},
    dropbox::SILENCE,
    queue::SqsQueue,
    secure::over_tls,
    telemetry,
};
use webhook_receiver::Receiver;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let wiring = Wiring::from_env(SILENCE).await?;
    let queue = SqsQueue::new(aws_sdk_sqs::Client::new(&wiring.aws), required("SYNC_QUEUE_URL")?);
    let receiver = Arc::new(Receiver {
        accounts: wiring.store.clone(),
        sync_queue: Arc::new(queue),
        apps: wiring.apps(wiring.keyring()?),
        clock: wiring.clock.clone(),
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

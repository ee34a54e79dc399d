//! The webhook receiver on Lambda.

use std::sync::Arc;

use lambda_http::{Error, Request, run, service_fn};
use shared::{
    config::{Wiring, required},
    dropbox::SILENCE,
    queue::SqsQueue,
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
        app: wiring.app.clone(),
        clock: wiring.clock.clone(),
    });
    let handle = |request: Request| {
        let receiver = receiver.clone();
        async move { Ok::<_, Error>(webhook_receiver::handle(&receiver, request).await) }
    };
    run(service_fn(handle)).await
}

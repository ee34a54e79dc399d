//! The webhook receiver on Lambda.

use lambda_http::Error;
use shared::{dependencies::Dependencies, dropbox::READ_TIMEOUT, model::Lane, serve::serve, telemetry};
use webhook_receiver::Receiver;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let receiver = Receiver {
        accounts: with.store.clone(),
        requests: with.requests(&[Lane::Changes])?,
        apps: with.dropbox(READ_TIMEOUT).await?.apps,
        metrics: with.metrics.clone(),
    };
    let receiver = &receiver;
    serve(|path, request| async move { webhook_receiver::handle(receiver, &path, request).await }).await
}

//! The API of Paragon's SDK on Lambda.

use lambda_http::Error;
use paragon_api::ParagonApi;
use shared::{
    config::destinations, dependencies::Dependencies, dropbox::READ_TIMEOUT, model::Lane, serve::serve,
    telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let dropbox = with.dropbox(READ_TIMEOUT).await?;
    let api = ParagonApi {
        store: with.store.clone(),
        starter: with.starter()?,
        tokens: dropbox.tokens,
        dropbox: dropbox.client,
        apps: dropbox.apps,
        requests: with.requests(&[Lane::Changes, Lane::Bulk])?,
        deliveries_queue: with.queue("DELIVERIES_QUEUE_URL")?,
        keyring: dropbox.keyring,
        destinations: destinations()?,
        bus: with.announcer()?,
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
    };
    let api = &api;
    serve(|path, request| async move { paragon_api::handle(api, &path, request).await }).await
}

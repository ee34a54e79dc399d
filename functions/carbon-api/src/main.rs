//! The API of Carbon's clients on Lambda.

use std::sync::Arc;

use carbon_api::CarbonApi;
use lambda_http::Error;
use shared::{
    caller::IssuedTokens, config::destinations, dependencies::Dependencies, dropbox::READ_TIMEOUT,
    model::Lane, serve::serve_with_base, telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let dropbox = with.dropbox(READ_TIMEOUT).await?;
    let api = CarbonApi {
        store: with.store.clone(),
        issued: Arc::new(IssuedTokens::new(dropbox.keyring.clone(), with.clock.clone())),
        content_links: with.content()?,
        keyring: dropbox.keyring,
        destinations: destinations()?,
        calls: Arc::new(dropbox.calls),
        tokens: dropbox.tokens,
        dropbox: dropbox.client,
        apps: dropbox.apps,
        requests: with.requests(&Lane::ALL)?,
        run_queue: with.queue("RUNS_QUEUE_URL")?,
        bus: with.announcer()?,
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
    };
    let api = &api;
    serve_with_base(|base, path, request| async move { carbon_api::handle(api, &base, &path, request).await })
        .await
}

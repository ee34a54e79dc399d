//! The connect functions on Lambda.

use lambda_http::Error;
use oauth_callback::Connect;
use shared::{
    dependencies::Dependencies, dropbox::READ_TIMEOUT, model::Lane, serve::serve_with_base, telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let dropbox = with.dropbox(READ_TIMEOUT).await?;
    let connect = Connect {
        store: with.store.clone(),
        tokens: dropbox.tokens,
        dropbox: dropbox.client,
        apps: dropbox.apps,
        requests: with.requests(&[Lane::Bulk])?,
        bus: with.announcer()?,
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
    };
    let connect = &connect;
    serve_with_base(|base, path, request| async move {
        oauth_callback::handle(connect, &base, &path, request).await
    })
    .await
}

//! The pages on Lambda.

use std::sync::Arc;

use lambda_http::Error;
use pages::Pages;
use shared::{
    dependencies::Dependencies, dropbox::READ_TIMEOUT, model::Lane, serve::serve_with_base, telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let pages = Pages {
        store: with.store.clone(),
        calls: Arc::new(with.dropbox(READ_TIMEOUT).await?.calls),
        requests: with.requests(&[Lane::Changes, Lane::Bulk])?,
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
    };
    let pages = &pages;
    serve_with_base(|base, path, request| async move { pages::handle(pages, &base, &path, request).await })
        .await
}

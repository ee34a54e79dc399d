//! The files API on Lambda.

use files_api::FilesApi;
use lambda_http::Error;
use shared::{dependencies::Dependencies, model::Lane, serve::serve, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let api = FilesApi {
        store: with.store.clone(),
        content_links: with.content()?,
        requests: with.requests(&Lane::ALL)?,
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
    };
    let api = &api;
    serve(|path, request| async move { files_api::handle(api, &path, request).await }).await
}

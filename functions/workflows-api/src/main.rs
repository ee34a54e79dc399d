//! The API of workflows on Lambda.

use lambda_http::Error;
use shared::{dependencies::Dependencies, serve::serve_with_base, telemetry};
use workflows_api::WorkflowsApi;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let api = WorkflowsApi {
        store: with.store.clone(),
        starter: with.starter()?,
        queue: with.queue("RUNS_QUEUE_URL")?,
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
    };
    let api = &api;
    serve_with_base(
        |base, path, request| async move { workflows_api::handle(api, &base, &path, request).await },
    )
    .await
}

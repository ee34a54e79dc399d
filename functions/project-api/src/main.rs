//! The API of projects on Lambda.

use lambda_http::Error;
use project_api::ProjectApi;
use shared::{dependencies::Dependencies, model::Lane, serve::serve, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let api = ProjectApi {
        store: with.store.clone(),
        bus: with.announcer()?,
        requests: with.requests(&[Lane::Changes])?,
        run_queue: with.queue("RUNS_QUEUE_URL")?,
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
    };
    let api = &api;
    serve(|path, request| async move { project_api::handle(api, &path, request).await }).await
}

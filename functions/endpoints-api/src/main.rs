//! The API of endpoints on Lambda.

use endpoints_api::EndpointsApi;
use lambda_http::Error;
use shared::{
    config::destinations, delivery::Partition, dependencies::Dependencies, serve::serve, telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?;
    let api = EndpointsApi {
        store: with.store.clone(),
        keyring: with.keyring()?,
        destinations: destinations()?,
        partition: with.aws.region().and_then(|region| Partition::of_region(region.as_ref())),
        queue: with.queue("DELIVERIES_QUEUE_URL")?,
        clock: with.clock.clone(),
        metrics: with.metrics.clone(),
    };
    let api = &api;
    serve(|path, request| async move { endpoints_api::handle(api, &path, request).await }).await
}

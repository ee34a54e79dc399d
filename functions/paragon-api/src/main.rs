//! The API of Paragon's SDK on Lambda.

use std::sync::Arc;

use lambda_http::{Error, Request, RequestExt, run, service_fn};
use paragon_api::ParagonApi;
use shared::{
    aws::LazyClient,
    config::{Wiring, announcer, destinations, required, starter},
    dropbox::READ_TIMEOUT,
    model::Lane,
    queue::{Requests, SqsQueue},
    secure::over_tls,
    telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let api = Arc::new(api(&Wiring::from_env(READ_TIMEOUT).await?)?);
    let handle = |request: Request| {
        let api = api.clone();
        async move {
            let path = request.raw_http_path().to_owned();
            Ok::<_, Error>(over_tls(paragon_api::handle(&api, &path, request).await))
        }
    };
    run(service_fn(handle)).await
}

fn api(wiring: &Wiring) -> anyhow::Result<ParagonApi> {
    let queue = |name| {
        let client = LazyClient::of(&wiring.aws, aws_sdk_sqs::Client::new);
        anyhow::Ok(Arc::new(SqsQueue::new(client, required(name)?)))
    };
    let requests = Requests::new(wiring.store.clone(), wiring.clock.clone())
        .with(Lane::Changes, queue("CHANGES_QUEUE_URL")?)
        .with(Lane::Bulk, queue("BULK_QUEUE_URL")?);
    let bus = announcer(&wiring.aws, &wiring.store, &wiring.clock)?;
    let keyring = wiring.keyring()?;
    let apps = wiring.apps(keyring.clone());
    Ok(ParagonApi {
        projects: wiring.store.clone(),
        users: wiring.store.clone(),
        metadata: wiring.store.clone(),
        connections: wiring.store.clone(),
        settings: wiring.store.clone(),
        schedules: wiring.store.clone(),
        log: wiring.store.clone(),
        choices: wiring.store.clone(),
        purges: wiring.store.clone(),
        token_store: wiring.store.clone(),
        source_tags: wiring.store.clone(),
        workflows: wiring.store.clone(),
        runs: wiring.store.clone(),
        starter: starter(&wiring.store, queue("RUNS_QUEUE_URL")?, &wiring.clock),
        tokens: wiring.tokens(keyring.clone(), apps.clone()),
        dropbox: wiring.dropbox.clone(),
        apps,
        requests,
        endpoints: wiring.store.clone(),
        deliveries: wiring.store.clone(),
        deliveries_queue: queue("DELIVERIES_QUEUE_URL")?,
        keyring,
        destinations: destinations()?,
        bus,
        clock: wiring.clock.clone(),
        metrics: wiring.metrics.clone(),
    })
}

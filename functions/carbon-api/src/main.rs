//! The API of Carbon's clients on Lambda.

use std::sync::Arc;

use carbon_api::CarbonApi;
use lambda_http::{Error, Request, RequestExt, run, service_fn};
use shared::{
    address,
    aws::LazyClient,
    caller::IssuedTokens,
    config::{Wiring, announcer, destinations, required},
    content::S3Content,
    dropbox::READ_TIMEOUT,
    model::Lane,
    queue::{Requests, SqsQueue},
    secure::over_tls,
    telemetry,
};
use url::Url;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let api = Arc::new(api(&Wiring::from_env(READ_TIMEOUT).await?)?);
    let public_url = std::env::var("PUBLIC_URL").ok().map(|url| Url::parse(&url)).transpose()?;
    let handle = |request: Request| {
        let (api, public_url) = (api.clone(), public_url.clone());
        async move {
            let base = public_url
                .or_else(|| address::of_stage(&request))
                .ok_or("the request names no host of ours")?;
            let path = request.raw_http_path().to_owned();
            Ok::<_, Error>(over_tls(carbon_api::handle(&api, &base, &path, request).await))
        }
    };
    run(service_fn(handle)).await
}

fn api(wiring: &Wiring) -> anyhow::Result<CarbonApi> {
    let queue = |name| {
        let client = LazyClient::of(&wiring.aws, aws_sdk_sqs::Client::new);
        anyhow::Ok(Arc::new(SqsQueue::new(client, required(name)?)))
    };
    let requests = Requests::new(wiring.store.clone(), wiring.clock.clone())
        .with(Lane::Changes, queue("CHANGES_QUEUE_URL")?)
        .with(Lane::Bulk, queue("BULK_QUEUE_URL")?)
        .with(Lane::Transfers, queue("TRANSFERS_QUEUE_URL")?);
    let bus = announcer(&wiring.aws, &wiring.store, &wiring.clock)?;
    let keyring = wiring.keyring()?;
    let apps = wiring.apps(keyring.clone());
    let tokens = wiring.tokens(keyring.clone(), apps.clone());
    Ok(CarbonApi {
        projects: wiring.store.clone(),
        issued: Arc::new(IssuedTokens::new(keyring.clone(), wiring.clock.clone())),
        connections: wiring.store.clone(),
        links: wiring.store.clone(),
        schedules: wiring.store.clone(),
        health: wiring.store.clone(),
        choices: wiring.store.clone(),
        purges: wiring.store.clone(),
        log: wiring.store.clone(),
        items: wiring.store.clone(),
        records: wiring.store.clone(),
        labels: wiring.store.clone(),
        transfers: wiring.store.clone(),
        content_links: Arc::new(S3Content::new(
            LazyClient::of(&wiring.aws, aws_sdk_s3::Client::new),
            required("BUCKET_NAME")?,
        )),
        token_store: wiring.store.clone(),
        users: wiring.store.clone(),
        source_tags: wiring.store.clone(),
        ordinals: wiring.store.clone(),
        endpoints: wiring.store.clone(),
        deliveries: wiring.store.clone(),
        keyring,
        destinations: destinations()?,
        calls: Arc::new(wiring.calls(tokens.clone())),
        tokens,
        dropbox: wiring.dropbox.clone(),
        apps,
        requests,
        run_queue: queue("RUNS_QUEUE_URL")?,
        bus,
        clock: wiring.clock.clone(),
        metrics: wiring.metrics.clone(),
    })
}

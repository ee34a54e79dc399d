//! The pages on Lambda.

use std::sync::Arc;

use lambda_http::{Error, Request, RequestExt, run, service_fn};
use pages::Pages;
use shared::{
    address,
    aws::LazyClient,
    config::{Wiring, required},
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
    let pages = Arc::new(pages(&Wiring::from_env(READ_TIMEOUT).await?)?);
    let public_url = std::env::var("PUBLIC_URL").ok().map(|url| Url::parse(&url)).transpose()?;
    let handle = |request: Request| {
        let (pages, public_url) = (pages.clone(), public_url.clone());
        async move {
            let base = public_url
                .or_else(|| address::of_stage(&request))
                .ok_or("the request names no host of ours")?;
            let path = request.raw_http_path().to_owned();
            Ok::<_, Error>(over_tls(pages::handle(&pages, &base, &path, request).await))
        }
    };
    run(service_fn(handle)).await
}

fn pages(wiring: &Wiring) -> anyhow::Result<Pages> {
    let queue = |name| {
        let client = LazyClient::of(&wiring.aws, aws_sdk_sqs::Client::new);
        anyhow::Ok(Arc::new(SqsQueue::new(client, required(name)?)))
    };
    let keyring = wiring.keyring()?;
    let apps = wiring.apps(keyring.clone());
    Ok(Pages {
        sessions: wiring.store.clone(),
        links: wiring.store.clone(),
        projects: wiring.store.clone(),
        logos: wiring.store.clone(),
        users: wiring.store.clone(),
        connections: wiring.store.clone(),
        schedules: wiring.store.clone(),
        health: wiring.store.clone(),
        choices: wiring.store.clone(),
        labels: wiring.store.clone(),
        purges: wiring.store.clone(),
        log: wiring.store.clone(),
        items: wiring.store.clone(),
        records: wiring.store.clone(),
        workflows: wiring.store.clone(),
        runs: wiring.store.clone(),
        calls: Arc::new(wiring.calls(wiring.tokens(keyring, apps))),
        requests: Requests::new(wiring.store.clone(), wiring.clock.clone())
            .with(Lane::Changes, queue("CHANGES_QUEUE_URL")?)
            .with(Lane::Bulk, queue("BULK_QUEUE_URL")?),
        clock: wiring.clock.clone(),
        metrics: wiring.metrics.clone(),
    })
}

//! The connect functions on Lambda.

use std::sync::Arc;

use lambda_http::{Error, Request, RequestExt, run, service_fn};
use oauth_callback::Connect;
use shared::{
    address,
    aws::LazyClient,
    config::{Wiring, announcer, required},
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
    let connect = Arc::new(connect(&Wiring::from_env(READ_TIMEOUT).await?)?);
    let public_url = std::env::var("PUBLIC_URL").ok().map(|url| Url::parse(&url)).transpose()?;
    let handle = |request: Request| {
        let (connect, public_url) = (connect.clone(), public_url.clone());
        async move {
            let base = public_url
                .or_else(|| address::of_stage(&request))
                .ok_or("the request names no host of ours")?;
            let path = request.raw_http_path().to_owned();
            Ok::<_, Error>(over_tls(oauth_callback::handle(&connect, &base, &path, request).await))
        }
    };
    run(service_fn(handle)).await
}

fn connect(wiring: &Wiring) -> anyhow::Result<Connect> {
    let queue =
        SqsQueue::new(LazyClient::of(&wiring.aws, aws_sdk_sqs::Client::new), required("BULK_QUEUE_URL")?);
    let requests = Requests::new(wiring.store.clone(), wiring.clock.clone());
    let bus = announcer(&wiring.aws, &wiring.store, &wiring.clock)?;
    let keyring = wiring.keyring()?;
    let apps = wiring.apps(keyring.clone());
    Ok(Connect {
        projects: wiring.store.clone(),
        links: wiring.store.clone(),
        popups: wiring.store.clone(),
        page_sessions: wiring.store.clone(),
        settings: wiring.store.clone(),
        connections: wiring.store.clone(),
        schedules: wiring.store.clone(),
        token_store: wiring.store.clone(),
        users: wiring.store.clone(),
        choices: wiring.store.clone(),
        source_tags: wiring.store.clone(),
        tokens: wiring.tokens(keyring, apps.clone()),
        dropbox: wiring.dropbox.clone(),
        apps,
        requests: requests.with(Lane::Bulk, Arc::new(queue)),
        bus,
        clock: wiring.clock.clone(),
        metrics: wiring.metrics.clone(),
    })
}

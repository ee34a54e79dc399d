//! The API proxy on Lambda. Its answers are streamed.

use std::sync::Arc;

use api_proxy::{Actions, Proxy, SAVE_TIME};
use lambda_http::{Error, Request, RequestExt, run_with_streaming_response, service_fn};
use shared::{
    aws::LazyClient,
    config::{Wiring, required},
    content::S3Content,
    dropbox::LONGPOLL_READ_TIMEOUT,
    egress::Web,
    secure::over_tls,
    telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let wiring = Wiring::from_env(LONGPOLL_READ_TIMEOUT).await?;
    let keyring = wiring.keyring()?;
    let proxy = Proxy {
        projects: wiring.store.clone(),
        connections: wiring.store.clone(),
        schedules: wiring.store.clone(),
        leases: wiring.store.clone(),
        calls: Arc::new(wiring.calls(wiring.tokens(keyring.clone(), wiring.apps(keyring)))),
        clock: wiring.clock.clone(),
        metrics: wiring.metrics.clone(),
    };
    let content =
        S3Content::new(LazyClient::of(&wiring.aws, aws_sdk_s3::Client::new), required("BUCKET_NAME")?);
    let actions = Arc::new(Actions {
        proxy: Arc::new(proxy),
        content: Arc::new(content),
        web: Web::guarded()?,
        save_time: SAVE_TIME,
    });
    let handle = |request: Request| {
        let actions = actions.clone();
        async move {
            // Without the stage, and not normalised, so that malformed paths are seen and refused.
            let path = request.raw_http_path().to_owned();
            let answer = over_tls(api_proxy::serve(&actions, &path, request).await);
            Ok::<_, Error>(api_proxy::for_lambda(answer))
        }
    };
    run_with_streaming_response(service_fn(handle)).await
}

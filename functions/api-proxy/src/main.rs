//! The API proxy on Lambda. Its answers stream.

use std::sync::Arc;

use api_proxy::Proxy;
use lambda_http::{Error, Request, RequestExt, run_with_streaming_response, service_fn};
use shared::{config::Wiring, dropbox::LONGPOLL_SILENCE, secure::over_tls, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let wiring = Wiring::from_env(LONGPOLL_SILENCE).await?;
    let keyring = wiring.keyring()?;
    let proxy = Arc::new(Proxy {
        projects: wiring.store.clone(),
        connections: wiring.store.clone(),
        schedules: wiring.store.clone(),
        leases: wiring.store.clone(),
        tokens: wiring.tokens(keyring.clone(), wiring.apps(keyring)),
        dropbox: wiring.dropbox.clone(),
        clock: wiring.clock.clone(),
        metrics: wiring.metrics.clone(),
    });
    let handle = |request: Request| {
        let proxy = proxy.clone();
        async move {
            // Untouched by the stage, and with nothing collapsed: what is odd must be seen to be refused.
            let path = request.raw_http_path().to_owned();
            let answer = over_tls(api_proxy::handle(&proxy, &path, request).await);
            Ok::<_, Error>(api_proxy::for_lambda(answer))
        }
    };
    run_with_streaming_response(service_fn(handle)).await
}

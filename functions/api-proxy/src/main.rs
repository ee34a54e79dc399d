//! The API proxy on Lambda. Its answers are streamed.

use api_proxy::{Actions, SAVE_TIME};
use lambda_http::{Error, Request, RequestExt, run_with_streaming_response, service_fn};
use shared::{dependencies::Dependencies, dropbox::LONGPOLL_READ_TIMEOUT, secure::over_tls, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let with = Dependencies::from_env().await?.gathering().await?;
    let actions = Actions::new(&with, LONGPOLL_READ_TIMEOUT, SAVE_TIME).await?;
    let answer = async |request: Request| {
        // Without the stage, and not normalised, so that malformed paths are seen and refused.
        let path = request.raw_http_path().to_owned();
        let answer = over_tls(api_proxy::serve(&actions, &path, request).await);
        Ok::<_, Error>(api_proxy::for_lambda(answer))
    };
    run_with_streaming_response(service_fn(answer)).await
}

//! Functions behind API Gateway.

use anyhow::Context;
use http::Response;
use lambda_http::{Body, Error, Request, RequestExt, run, service_fn};
use url::Url;

use crate::{address, secure::over_tls};

/// Answers requests by `handle`, which gets each with its path: without the stage, and not normalised, so that malformed
/// paths are seen and refused.
///
/// # Errors
/// Fails if Lambda's runtime cannot be reached.
pub async fn serve<F, A>(handle: F) -> Result<(), Error>
where
    F: Fn(String, Request) -> A,
    A: Future<Output = Response<Body>> + Send,
{
    let answer = |request: Request| {
        let path = request.raw_http_path().to_owned();
        let answer = handle(path, request);
        async { Ok::<_, Error>(over_tls(answer.await)) }
    };
    run(service_fn(answer)).await
}

/// Answers requests as [`serve`] does, by a function that also gets its own base address: `PUBLIC_URL` if that is set, else
/// that of the stage.
///
/// # Errors
/// Fails if `PUBLIC_URL` is no URL, or if Lambda's runtime cannot be reached.
pub async fn serve_with_base<F, A>(handle: F) -> Result<(), Error>
where
    F: Fn(Url, String, Request) -> A,
    A: Future<Output = Response<Body>> + Send,
{
    let public_url = std::env::var("PUBLIC_URL").ok().map(|url| Url::parse(&url)).transpose();
    let public_url = public_url.context("PUBLIC_URL is no URL")?;
    let answer = |request: Request| {
        let base = public_url.clone().or_else(|| address::of_stage(&request));
        let path = request.raw_http_path().to_owned();
        let answer = base.map(|base| handle(base, path, request));
        async {
            let answer = answer.ok_or("the request names no host of ours")?;
            Ok::<_, Error>(over_tls(answer.await))
        }
    };
    run(service_fn(answer)).await
}

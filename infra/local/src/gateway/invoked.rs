//! The functions elsewhere, through Lambda's Invoke API: an emulator's, or that of `cargo lambda watch`.

use std::{collections::HashMap, time::Duration};

use anyhow::{Context, ensure};
use async_trait::async_trait;
use axum::{
    body::Body,
    http::{
        Request, Response,
        header::{CONNECTION, TRANSFER_ENCODING},
    },
};
use bytes::Bytes;
use reqwest::Client;
use url::Url;

use super::{Found, Function, Functions, Signer, event, reply};

/// Longest time of an invocation: Lambda's limit. `cargo lambda watch` may first build the function.
const PATIENCE: Duration = Duration::from_secs(900);
/// Set where the function failed.
const FAILED: &str = "x-amz-function-error";
/// Set by `cargo lambda watch` on a streamed answer, which it has already made an HTTP response of.
const STREAMED: &str = "lambda-runtime-function-response-mode";

/// The functions behind an Invoke API.
pub(crate) struct Invoked {
    http: Client,
    endpoint: Url,
    names: HashMap<Function, String>,
    /// `cargo lambda watch` knows no signatures.
    signer: Option<Signer>,
}

impl Invoked {
    /// The functions with these names at `endpoint`.
    ///
    /// # Errors
    /// If no HTTP client can be made.
    pub(crate) fn new(
        endpoint: Url,
        names: HashMap<Function, String>,
        signer: Option<Signer>,
    ) -> anyhow::Result<Self> {
        Ok(Self { http: Client::builder().timeout(PATIENCE).build()?, endpoint, names, signer })
    }
}

#[async_trait]
impl Functions for Invoked {
    async fn call(&self, found: Found, request: Request<Bytes>) -> anyhow::Result<Response<Body>> {
        let name = self.names.get(&found.function).context("the function has no name")?;
        let url = self.endpoint.join(&format!("2015-03-31/functions/{name}/invocations"))?;
        let mut invocation =
            self.http.post(url).json(&event::of_request(&found.resource, &request)).build()?;
        if let Some(signer) = &self.signer {
            invocation = signer.sign(invocation).await?;
        }
        let answer = self.http.execute(invocation).await?;
        if answer.headers().contains_key(STREAMED) {
            return Ok(relayed(answer));
        }
        let (status, failed) = (answer.status(), answer.headers().contains_key(FAILED));
        let answer = answer.bytes().await?;
        ensure!(
            status.is_success() && !failed,
            "{name} failed: {status} {}",
            String::from_utf8_lossy(&answer)
        );
        reply::response(&answer).with_context(|| format!("{name} gave no answer"))
    }
}

/// The response as it is, but for what belongs to the connection.
fn relayed(answer: reqwest::Response) -> Response<Body> {
    let mut response = Response::<reqwest::Body>::from(answer).map(Body::new);
    for name in [STREAMED, TRANSFER_ENCODING.as_str(), CONNECTION.as_str()] {
        response.headers_mut().remove(name);
    }
    response
}

//! Signatures of requests to Lambda's Invoke API, which no SDK of ours knows.

use std::time::SystemTime;

use anyhow::Context;
use aws_config::SdkConfig;
use aws_sdk_sqs::config::ProvideCredentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use reqwest::Request;

/// Signs as who calls AWS from here.
pub(crate) struct Signer(SdkConfig);

impl Signer {
    pub(crate) fn new(aws: &SdkConfig) -> Self {
        Self(aws.clone())
    }

    /// Adds the signature (version 4) to a request whose body is in memory.
    ///
    /// # Errors
    /// If there are no credentials or no region.
    pub(super) async fn sign(&self, request: Request) -> anyhow::Result<Request> {
        let credentials = self.0.credentials_provider().context("there are no credentials")?;
        let identity = credentials.provide_credentials().await?.into();
        let region = self.0.region().context("set AWS_REGION")?;
        let params = SigningParams::builder()
            .identity(&identity)
            .region(region.as_ref())
            .name("lambda")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let signable = SignableRequest::new(
            request.method().as_str(),
            request.url().as_str(),
            std::iter::empty(),
            SignableBody::Bytes(body),
        )?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        let mut signed = http::Request::try_from(request)?;
        instructions.apply_to_request_http1x(&mut signed);
        Ok(signed.try_into()?)
    }
}

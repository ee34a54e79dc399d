//! Requests to a service of AWS without an SDK's client.
//!
//! For each request an SDK decides anew about address, identity, signature, repetitions and more, which takes more of a
//! function's CPU than the request. A request that is made all the time can be made here instead: an address and
//! credentials that never change, one attempt. What becomes of an attempt that brings no answer is the caller's matter;
//! the SDK's client is there for it.

use std::{sync::Arc, time::Duration};

use aws_sdk_dynamodb::config::Credentials;
use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
    http::HttpError,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use bytes::Bytes;
use time::OffsetDateTime;
use url::Url;

use super::signature::{Signature, Signed, Signer};
use crate::error_chain::error_chain;

/// Longest time until the end of an answer, with the connection. DynamoDB takes some milliseconds; what takes longer than
/// this will not come any more.
const LONGEST: Duration = Duration::from_secs(3);
const CONTENT_TYPE: &str = "application/x-amz-json-1.0";
const USER_AGENT: &str = concat!("dropline/", env!("CARGO_PKG_VERSION"));

/// Error for an address to which nothing can be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the address of a service is no URL with a host")]
pub struct InvalidAddress;

/// Reason why an attempt brought no answer to use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    /// The service has answered with this status, which is no success.
    #[error("the service answers with status {0}")]
    Refused(u16),
    /// The service was not reached, or its answer did not come.
    #[error("{0}")]
    Broken(String),
    /// The answer is not of the expected form.
    #[error("the answer cannot be read")]
    Unreadable,
}

/// A service of a region, as it is called directly. Clones are the same.
#[derive(Debug, Clone)]
pub struct Direct {
    connector: SharedHttpConnector,
    signer: Arc<Signer>,
    url: Url,
    /// Host and, if it is not the scheme's own, port.
    host: String,
}

impl Direct {
    /// Returns DynamoDB at an address, by connections of `connector`. The credentials are used for good: they must be
    /// valid for as long as the process lives, as a function's are.
    ///
    /// # Errors
    /// Fails if the address is no URL with a host.
    pub fn dynamodb(
        connector: SharedHttpConnector,
        address: &str,
        region: &str,
        credentials: Credentials,
    ) -> Result<Self, InvalidAddress> {
        let url = Url::parse(address).map_err(|_| InvalidAddress)?;
        let name = url.host_str().ok_or(InvalidAddress)?;
        let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        Ok(Self { connector, signer: Arc::new(Signer::new(credentials, region, "dynamodb")), url, host })
    }

    /// Sends a request in JSON, once, and returns the body of the answer.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub(crate) async fn send(&self, target: &'static str, body: Vec<u8>) -> Result<Bytes, Unanswered> {
        let request = self.request(target, body).map_err(|error| Unanswered::Broken(error.to_string()))?;
        let answer = tokio::time::timeout(LONGEST, answer(self.connector.call(request)));
        answer.await.unwrap_or_else(|_| Err(Unanswered::Broken(format!("no answer within {LONGEST:?}"))))
    }

    fn request(&self, target: &'static str, body: Vec<u8>) -> Result<HttpRequest, HttpError> {
        let signed = Signed {
            host: &self.host,
            path: self.url.path(),
            content_type: CONTENT_TYPE,
            target,
            body: &body,
        };
        let Signature { authorization, date } = self.signer.sign(signed, OffsetDateTime::now_utc());
        let length = body.len().to_string();
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST")?;
        request.set_uri(self.url.as_str())?;
        let headers = request.headers_mut();
        headers.try_insert("content-type", CONTENT_TYPE)?;
        headers.try_insert("content-length", length)?;
        headers.try_insert("user-agent", USER_AGENT)?;
        headers.try_insert("x-amz-target", target)?;
        headers.try_insert("x-amz-date", date)?;
        headers.try_insert("authorization", authorization)?;
        if let Some(session) = self.signer.session() {
            headers.try_insert("x-amz-security-token", session.to_owned())?;
        }
        Ok(request)
    }
}

/// Waits for an answer, and for its end.
async fn answer(
    answer: impl Future<Output = Result<HttpResponse, ConnectorError>>,
) -> Result<Bytes, Unanswered> {
    let answer = answer.await.map_err(|error| Unanswered::Broken(error_chain(&error)))?;
    let status = answer.status();
    // Also read to its end if it is of no use, so that the connection can be used again.
    let body = ByteStream::new(answer.into_body()).collect().await;
    let body = body.map_err(|error| Unanswered::Broken(error_chain(&error)))?.into_bytes();
    if status.is_success() { Ok(body) } else { Err(Unanswered::Refused(status.as_u16())) }
}

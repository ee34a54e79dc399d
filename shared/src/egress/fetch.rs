//! Downloads from addresses that callers name.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_RANGE, LOCATION, RANGE},
};
use reqwest::{Client, Method, Request, Response};

use super::{NotPublic, PublicResolver, PublicUrl, SystemLookup, client};
use crate::{
    dropbox::{Transport, TransportError},
    error_chain::error_chain,
    tls,
};

/// Maximum number of redirects that are followed.
const REDIRECTS: usize = 5;
/// Connect timeout.
const CONNECT: Duration = Duration::from_secs(10);
/// Read timeout: the longest time until an answer, or until its next piece.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Client for downloads from addresses that callers name.
#[derive(Clone)]
pub struct Web(Arc<dyn Transport>);

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Web")
    }
}

/// Reason why a download fails.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address, or one that it redirects to, is not allowed.
    #[error(transparent)]
    NotAllowed(#[from] NotPublic),
    /// Nobody answers at the address, or its name resolves to no public address.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// The answer is not a success.
    #[error("the answer has status {0}")]
    Refused(StatusCode),
    /// There are too many redirects.
    #[error("there are more than {REDIRECTS} redirects")]
    TooManyRedirects,
    /// The content has changed since the download began, or cannot be read from the middle.
    #[error("it cannot be gone on with")]
    NotResumable,
}

/// A download that has begun.
pub struct Download {
    /// Size of the whole content in bytes, if the answer has it.
    pub size: Option<u64>,
    /// Version of the content: a strong entity tag. Without one the download cannot be resumed.
    pub version: Option<String>,
    response: Response,
}

impl Download {
    /// Returns the bytes as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, FetchError>> + Send {
        self.response.bytes_stream().map(|piece| piece.map_err(|error| no_answer(&error.without_url())))
    }
}

impl Web {
    /// Returns the client of a function. It resolves names to public addresses only, connects only to these,
    /// and uses no proxy from the environment, because a proxy would resolve names itself.
    ///
    /// # Errors
    /// Fails if the client cannot be built.
    pub fn guarded() -> Result<Self, TransportError> {
        Ok(Self(Arc::new(GuardedClient::new(PublicResolver::new(SystemLookup))?)))
    }

    /// Returns a client with the same rules for addresses and redirects over another transport, for tests.
    pub fn over(transport: Arc<dyn Transport>) -> Self {
        Self(transport)
    }

    /// Downloads the content at an address, from its first byte on.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn download(&self, url: &PublicUrl) -> Result<Download, FetchError> {
        let response = self.get(url, &HeaderMap::new()).await?;
        match response.status() {
            StatusCode::OK => Ok(begun(response)),
            status => Err(FetchError::Refused(status)),
        }
    }

    /// Downloads the content at an address from an offset on, if it still has this version.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn resume(&self, url: &PublicUrl, version: &str, offset: u64) -> Result<Download, FetchError> {
        let header = |text: &str| HeaderValue::from_str(text).map_err(|_| FetchError::NotResumable);
        let headers = [(RANGE, header(&format!("bytes={offset}-"))?), (IF_RANGE, header(version)?)];
        let response = self.get(url, &headers.into_iter().collect()).await?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT => continued(response, version, offset),
            // The answer is the whole current content, or says that there are no such bytes.
            StatusCode::OK | StatusCode::RANGE_NOT_SATISFIABLE => Err(FetchError::NotResumable),
            status => Err(FetchError::Refused(status)),
        }
    }

    async fn get(&self, url: &PublicUrl, headers: &HeaderMap) -> Result<Response, FetchError> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let response = self.0.send(request(&url, headers)).await;
            let response = response.map_err(|error| FetchError::Unreachable(error.to_string()))?;
            match (response.status().is_redirection(), response.headers().get(LOCATION)) {
                (true, Some(location)) => {
                    url = url.redirected(location.to_str().map_err(|_| NotPublic::Unreadable)?)?;
                }
                _ => return Ok(response),
            }
        }
        Err(FetchError::TooManyRedirects)
    }
}

fn request(url: &PublicUrl, headers: &HeaderMap) -> Request {
    let mut request = Request::new(Method::GET, url.url().clone());
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("*/*"));
    // The stored bytes, without compression.
    request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    request.headers_mut().extend(headers.clone());
    request
}

fn begun(response: Response) -> Download {
    let size = text(&response, CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let version = text(&response, ETAG).filter(|tag| tag.starts_with('"')).map(str::to_owned);
    Download { size, version, response }
}

/// Returns the rest of a download, if the answer continues it.
fn continued(response: Response, version: &str, offset: u64) -> Result<Download, FetchError> {
    let range = text(&response, CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes "));
    let (span, size) = range.and_then(|range| range.split_once('/')).ok_or(FetchError::NotResumable)?;
    let first = span.split_once('-').and_then(|(first, _)| first.parse::<u64>().ok());
    let is_same = text(&response, ETAG).is_none_or(|tag| tag == version);
    if first != Some(offset) || !is_same {
        return Err(FetchError::NotResumable);
    }
    Ok(Download { size: size.parse().ok(), version: Some(version.to_owned()), response })
}

fn text(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// The underlying HTTP client, which connects to public addresses only.
struct GuardedClient(Client);

impl GuardedClient {
    fn new(resolver: PublicResolver) -> Result<Self, TransportError> {
        let client = client::guarded(resolver)
            .tls_backend_preconfigured(tls::http2())
            .connect_timeout(CONNECT)
            .read_timeout(READ_TIMEOUT)
            // The name is resolved and checked for each download.
            .pool_max_idle_per_host(0)
            .build();
        client.map(Self).map_err(|error| TransportError(error_chain(&error)))
    }
}

#[async_trait::async_trait]
impl Transport for GuardedClient {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        // Without the URL, because it may contain a signature.
        self.0.execute(request).await.map_err(|error| TransportError(error_chain(&error.without_url())))
    }
}

fn no_answer(error: &reqwest::Error) -> FetchError {
    FetchError::Unreachable(error_chain(error))
}

#[cfg(test)]
mod tests;

//! Deliveries to addresses that applications name.

mod answer;
mod exchange;
mod retry_after;

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
    },
};
use reqwest::{Client, Method, Request, Response};
use tokio::time::{Instant, timeout_at};
use url::Url;

pub use answer::Answer;
pub use exchange::Exchanged;

use super::{
    Destinations, NotAllowed, NotPublic, PublicResolver, SystemLookup, client, resolver::NoPublicAddress,
};
use crate::{
    dropbox::TransportError,
    error_chain::{chain, error_chain},
    tls,
};

/// Connect timeout: to resolve the name, connect, and agree on TLS.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest time of an attempt, from its beginning to the end of the answer.
const TOTAL: Duration = Duration::from_secs(15);
/// Time after which an idle connection is not used again, less than receivers usually keep one.
const IDLE: Duration = Duration::from_secs(15);
/// Maximum number of idle connections per receiver.
const IDLE_CONNECTIONS: usize = 8;
/// Headers that say where a request goes and where it ends. The client writes them; those of an application are
/// left out.
const FRAMING: [HeaderName; 8] =
    [CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];

/// Reason why there is no answer to a delivery. It never has the address, which may contain a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// Nothing may be delivered to the address, or its name leads to one that is not public. Nothing was sent.
    #[error("nothing is delivered to the address: {0}")]
    NotAllowed(#[from] NotAllowed),
    /// The name cannot be resolved, nobody answers, or the answer is not HTTP.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// There was no connection within 5 seconds, or no answer within 15.
    #[error("no answer in time")]
    Timeout,
}

/// Client for deliveries. It connects only to its destinations, takes a redirect as the answer that it is, and reads a
/// bounded part of each answer in bounded time.
#[derive(Debug, Clone)]
pub struct Poster {
    client: Client,
    destinations: Destinations,
    total: Duration,
}

impl Poster {
    /// Returns a client that delivers to these destinations.
    ///
    /// # Errors
    /// Fails if the client cannot be built.
    pub fn new(destinations: Destinations) -> Result<Self, TransportError> {
        let resolver = if destinations.is_this_machine_allowed() {
            PublicResolver::with_this_machine(SystemLookup)
        } else {
            PublicResolver::new(SystemLookup)
        };
        Self::resolving(destinations, resolver, CONNECT, TOTAL)
    }

    fn resolving(
        destinations: Destinations,
        resolver: PublicResolver,
        connect: Duration,
        total: Duration,
    ) -> Result<Self, TransportError> {
        let client = client::guarded(resolver)
            .https_only(!destinations.is_http_allowed())
            .tls_backend_preconfigured(tls::http1())
            .http1_only()
            .connect_timeout(connect)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .build();
        let client = client.map_err(|error| TransportError(error_chain(&error)))?;
        Ok(Self { client, destinations, total })
    }

    /// Sends a delivery to an address, and returns the answer, whatever its status.
    ///
    /// # Errors
    /// The reason why there is no answer.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<Answer, PostError> {
        let began = Instant::now();
        let deadline = began + self.total;
        let request = request(Method::POST, self.destinations.check(url)?, headers, Some(body));
        Ok(answer::read(self.execute(request, deadline).await?, began, deadline).await)
    }

    /// Sends a request to an address, and returns the answer, whatever its status, with at most `limit` bytes of its
    /// body. A body is sent as JSON unless the headers say otherwise.
    ///
    /// # Errors
    /// The reason why there is no answer, or not all of it.
    pub async fn exchange(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Option<Bytes>,
        limit: usize,
    ) -> Result<Exchanged, PostError> {
        let deadline = Instant::now() + self.total;
        let request = request(method, self.destinations.check(url)?, headers, body);
        exchange::read(self.execute(request, deadline).await?, deadline, limit).await
    }

    async fn execute(&self, request: Request, deadline: Instant) -> Result<Response, PostError> {
        let response = timeout_at(deadline, self.client.execute(request)).await;
        response.map_err(|_| PostError::Timeout)?.map_err(reason)
    }
}

fn request(method: Method, url: Url, mut headers: HeaderMap, body: Option<Bytes>) -> Request {
    for name in &FRAMING {
        headers.remove(name);
    }
    let mut request = Request::new(method, url);
    if body.is_some() {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    request.headers_mut().extend(headers);
    *request.body_mut() = body.map(Into::into);
    request
}

/// Returns the reason without the address.
fn reason(error: reqwest::Error) -> PostError {
    if error.is_timeout() {
        return PostError::Timeout;
    }
    let error = error.without_url();
    if chain(&error).any(<dyn std::error::Error>::is::<NoPublicAddress>) {
        return NotAllowed::from(NotPublic::PrivateHost).into();
    }
    PostError::Unreachable(error_chain(&error))
}

#[cfg(test)]
mod tests;

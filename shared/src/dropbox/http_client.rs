//! The HTTP client of a function, with rules for kept connections that turn out to be dead.
//!
//! While Lambda has a function frozen, its connections are forgotten by what they pass through: NAT gateways
//! after 350 s, load balancers after 60 s. The next request on such a connection is answered by a reset, and
//! it is unknown whether the request was read before. `hyper-util` and `reqwest` themselves repeat a request
//! that was never sent (on a connection that had closed before, or after HTTP/2's `GOAWAY` and
//! `REFUSED_STREAM`). A request that was sent is repeated only if it changes nothing.

use std::{sync::OnceLock, time::Duration};

use async_trait::async_trait;
use reqwest::{Client, ClientBuilder, Method, Request, Response};

use super::{Route, Transport, TransportError};
use crate::{error_chain::error_chain, tls};

/// Connect timeout.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest idle time after which a connection is used again: a write on a dead connection could not be
/// repeated.
const LONGEST_IDLE: Duration = Duration::from_secs(50);
/// Pings of a function.
const PINGS: Pings = Pings { interval: Duration::from_secs(20), longest_wait: Duration::from_secs(10) };
/// Maximum size of an answer's headers over HTTP/2, in bytes. `Dropbox-API-Result` has three paths of a file,
/// and six or twelve bytes for each character beyond ASCII; hyper's own limit is 16 KiB.
const HEADERS: u32 = 256 * 1024;

/// Pings on an open HTTP/2 connection, also while it is idle.
#[derive(Debug, Clone, Copy)]
struct Pings {
    /// Time without a frame of the peer after which a ping is sent.
    interval: Duration,
    /// Longest time until the answer to a ping. After that the connection is dead.
    longest_wait: Duration,
}

/// HTTP client for Dropbox, which keeps its connections.
#[derive(Debug)]
pub struct HttpClient {
    read_timeout: Duration,
    kept: Client,
    /// A client that never keeps a connection; created when first needed.
    unkept: OnceLock<Client>,
}

/// Returns the HTTP client of a function: without redirects, and with this read timeout.
///
/// # Errors
/// Fails if the client cannot be built.
pub fn http_client(read_timeout: Duration) -> Result<HttpClient, TransportError> {
    let kept = builder(read_timeout, PINGS).build().map_err(failed)?;
    Ok(HttpClient { read_timeout, kept, unkept: OnceLock::new() })
}

#[async_trait]
impl Transport for HttpClient {
    /// Sends a request. If its connection breaks and the request changes nothing, it is sent once more, on a
    /// new connection.
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let again = if may_be_repeated(&request) { request.try_clone() } else { None };
        match (self.kept.execute(request).await, again) {
            (Err(error), Some(request)) if has_broken(&error) => {
                tracing::info!("a connection broke under a request, which is sent again");
                self.unkept()?.execute(request).await.map_err(failed)
            }
            (answer, _) => answer.map_err(failed),
        }
    }
}

impl HttpClient {
    fn unkept(&self) -> Result<&Client, TransportError> {
        if let Some(client) = self.unkept.get() {
            return Ok(client);
        }
        let client = builder(self.read_timeout, PINGS).pool_max_idle_per_host(0).build().map_err(failed)?;
        Ok(self.unkept.get_or_init(|| client))
    }
}

fn builder(read_timeout: Duration, pings: Pings) -> ClientBuilder {
    Client::builder()
        .tls_backend_preconfigured(tls::http2())
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .read_timeout(read_timeout)
        .pool_idle_timeout(LONGEST_IDLE)
        .http2_max_header_list_size(HEADERS)
        .http2_keep_alive_interval(pings.interval)
        .http2_keep_alive_timeout(pings.longest_wait)
        .http2_keep_alive_while_idle(true)
        .user_agent(concat!("dropline/", env!("CARGO_PKG_VERSION")))
}

/// Returns whether a request may be sent twice without a difference at Dropbox.
fn may_be_repeated(request: &Request) -> bool {
    let path = request.url().path();
    // A fake's hosts may be at paths below one address.
    let route = path.find("/2/").and_then(|start| Route::parse(&path[start..]).ok());
    request.method() == Method::GET || route.is_some_and(|route| route.is_read())
}

/// Returns whether the connection broke before an answer came. A connection that could not be opened was a
/// new one already, and a request that timed out is not repeated.
fn has_broken(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && (!error.is_timeout() || is_unanswered_ping(error))
}

/// Returns whether the timeout was that of a ping. The timeout of an answer is `reqwest`'s own, outside
/// hyper's errors.
fn is_unanswered_ping(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_timeout) {
            return true;
        }
        cause = error.source();
    }
    false
}

fn failed(error: reqwest::Error) -> TransportError {
    // Without the URL, because its query may contain what nobody should read in a log.
    TransportError(error_chain(&error.without_url()))
}

#[cfg(test)]
mod tests;

//! The HTTP client of a function, and what it does where a kept connection turns out to be dead.
//!
//! While Lambda has a function frozen, what its connections go through forgets them: NAT gateways after 350 s, load
//! balancers after 60 s. The next request on such a connection is answered by a reset, and nobody knows whether it was
//! read before. What was never sent is sent again by `hyper-util` and `reqwest` themselves (a connection that closed
//! before, HTTP/2's `GOAWAY` and `REFUSED_STREAM`). What was sent is sent a second time only where it changes nothing.

use std::{sync::OnceLock, time::Duration};

use async_trait::async_trait;
use reqwest::{Client, ClientBuilder, Method, Request, Response};

use super::{Route, Transport, TransportError};
use crate::{causes::causes, tls};

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(5);
/// A connection that was idle for longer is not used again: a write on it could not be repeated.
const LONGEST_IDLE: Duration = Duration::from_secs(50);
/// How often an open HTTP/2 connection is asked whether it lives.
const PING: Duration = Duration::from_secs(20);
/// How long it may take to say so.
const PONG: Duration = Duration::from_secs(10);
/// Maximum size of an answer's headers over HTTP/2, in bytes. `Dropbox-API-Result` has three paths of a file in it, and
/// of each character beyond ASCII six bytes or twelve; hyper's own limit is 16 KiB.
const HEADERS: u32 = 256 * 1024;

/// Sends requests to Dropbox over connections that are kept.
#[derive(Debug)]
pub struct HttpClient {
    silence: Duration,
    kept: Client,
    /// Never keeps a connection. Made when it is first needed.
    unkept: OnceLock<Client>,
}

/// The HTTP client of a function: no redirects, and no answer may be silent for longer than `silence`.
///
/// # Errors
/// Where it cannot be made.
pub fn http_client(silence: Duration) -> Result<HttpClient, TransportError> {
    let kept = builder(silence).build().map_err(failed)?;
    Ok(HttpClient { silence, kept, unkept: OnceLock::new() })
}

#[async_trait]
impl Transport for HttpClient {
    /// A request that changes nothing is sent once more, on a new connection, where its connection broke.
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
        let client = builder(self.silence).pool_max_idle_per_host(0).build().map_err(failed)?;
        Ok(self.unkept.get_or_init(|| client))
    }
}

fn builder(silence: Duration) -> ClientBuilder {
    Client::builder()
        .tls_backend_preconfigured(tls::http2())
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .read_timeout(silence)
        .pool_idle_timeout(LONGEST_IDLE)
        .http2_max_header_list_size(HEADERS)
        .http2_keep_alive_interval(PING)
        .http2_keep_alive_timeout(PONG)
        .http2_keep_alive_while_idle(true)
        .user_agent(concat!("dropline/", env!("CARGO_PKG_VERSION")))
}

/// Whether Dropbox is the same after it has had the request twice.
fn may_be_repeated(request: &Request) -> bool {
    let path = request.url().path();
    // A fake's hosts may stand below paths of one address.
    let route = path.find("/2/").and_then(|start| Route::parse(&path[start..]).ok());
    request.method() == Method::GET || route.is_some_and(|route| route.is_read())
}

/// Whether the connection broke before an answer came. One that could not be opened is a new one already, and who was
/// silent for too long is not asked again.
fn has_broken(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && (!error.is_timeout() || is_unanswered_ping(error))
}

/// The time that ended was that of a ping. The time of a whole answer is kept by `reqwest`, outside hyper's errors.
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
    // The URL is left out: its query may hold what nobody should read in a log.
    TransportError(causes(&error.without_url()))
}

#[cfg(test)]
mod tests;

//! How requests reach Dropbox: one method, so that a test can stand in between.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Request, Response};

/// How long an answer may be silent.
pub const SILENCE: Duration = Duration::from_secs(60);
/// How long a page of a listing may take to begin: Dropbox may look through a large account for more than a minute. Who
/// asks waits as long as its invocation has left, which is less.
pub const LISTING_SILENCE: Duration = Duration::from_secs(115);
/// How long a long poll may be silent: its timeout, which the proxy cuts to 200 s, and up to 90 s that Dropbox adds.
pub const LONGPOLL_SILENCE: Duration = Duration::from_secs(295);

/// The request did not reach Dropbox, or its answer did not reach us.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TransportError(pub String);

/// Sends HTTP requests.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request and returns its answer once the headers are there.
    ///
    /// # Errors
    /// Where no answer came.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

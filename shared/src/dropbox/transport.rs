//! Transport of requests to Dropbox: one method, so that a test can replace it.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Request, Response};

/// Read timeout of answers.
pub const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// Read timeout of a page of a listing, because Dropbox may search a large account for more than a minute.
/// The caller waits only for the rest of its invocation, which is less.
pub const LISTING_READ_TIMEOUT: Duration = Duration::from_secs(115);
/// Read timeout of a long poll: its own timeout, which the proxy limits to 200 s, and up to 90 s that Dropbox
/// adds.
pub const LONGPOLL_READ_TIMEOUT: Duration = Duration::from_secs(295);

/// The request did not reach Dropbox, or its answer did not reach us.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TransportError(pub String);

/// Sender of HTTP requests.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request, and returns its answer once the headers have arrived.
    ///
    /// # Errors
    /// Fails if no answer came.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

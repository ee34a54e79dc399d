//! The port to endpoints.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use shared::egress::Poster;

/// Answer of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Time that the endpoint asks to wait before the next request.
    pub retry_after: Option<Duration>,
    /// The first KB of the body.
    pub excerpt: String,
}

/// Client for the endpoints of applications.
#[async_trait]
pub trait Outbound: Send + Sync {
    /// Posts a body to an address, and returns the answer, whatever its status is.
    ///
    /// # Errors
    /// Says why there is no answer, without secrets.
    async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<Reply, String>;
}

#[async_trait]
impl Outbound for Poster {
    async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<Reply, String> {
        let answer = Self::post(self, url, headers, body).await.map_err(|error| error.to_string())?;
        let (status, retry_after, excerpt) = (answer.status.as_u16(), answer.retry_after, answer.excerpt);
        Ok(Reply { status, retry_after, excerpt })
    }
}

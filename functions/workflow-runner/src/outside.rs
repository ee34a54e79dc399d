//! The ports to what steps call: Dropbox, and addresses in the public internet.

use std::time::Duration;

use api_proxy::{Actions, Undone};
use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;
use shared::{
    egress::{Exchanged, PostError, Poster},
    model::Connection,
    workflows::limits,
};

/// A user's account at Dropbox.
#[async_trait]
pub trait Account: Send + Sync {
    /// Does a workflow action.
    ///
    /// # Errors
    /// The reason why it was not done.
    async fn act(&self, action: &str, parameters: Value, connection: Connection) -> Result<Value, Undone>;

    /// Calls a route that takes and answers JSON.
    ///
    /// # Errors
    /// The reason why it was not called, or what Dropbox refuses.
    async fn call(&self, route: &str, argument: &Value, connection: Connection) -> Result<Value, Undone>;
}

#[async_trait]
impl Account for Actions {
    async fn act(&self, action: &str, parameters: Value, connection: Connection) -> Result<Value, Undone> {
        self.run(action, parameters, connection).await
    }

    async fn call(&self, route: &str, argument: &Value, connection: Connection) -> Result<Value, Undone> {
        Self::call(self, route, argument, connection).await
    }
}

/// Answer of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// Time that the address asks to wait before the next request.
    pub retry_after: Option<Duration>,
    /// The body, or its beginning.
    pub body: Bytes,
    /// Whether the body is longer than a step's output may be.
    pub is_cut: bool,
}

/// Client for addresses in the public internet.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends a request, and returns the answer, whatever its status.
    ///
    /// # Errors
    /// Says why there is no answer, without the address.
    async fn exchange(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Option<Bytes>,
    ) -> Result<Reply, Unanswered>;
}

/// Reason why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// The address may not be called. Nothing was sent.
    NotAllowed(String),
    /// Nobody answers, or not in time.
    NoAnswer(String),
}

#[async_trait]
impl Http for Poster {
    async fn exchange(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Option<Bytes>,
    ) -> Result<Reply, Unanswered> {
        let answer = Self::exchange(self, method, url, headers, body, limits::LARGEST_OUTPUT).await;
        let answer = answer.map_err(|error| match error {
            PostError::NotAllowed(_) => Unanswered::NotAllowed(error.to_string()),
            PostError::Unreachable(_) | PostError::Timeout => Unanswered::NoAnswer(error.to_string()),
        })?;
        let Exchanged { status, headers, retry_after, body, is_cut } = answer;
        Ok(Reply { status: status.as_u16(), headers, retry_after, body, is_cut })
    }
}

//! The port to attempts: what became of each request to an endpoint.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::{
    delivery::Stream,
    model::{EndpointId, Timestamp},
};

/// A request to an endpoint, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Time at which it began.
    pub at: Timestamp,
    /// The stream.
    pub stream: Stream,
    /// The request's `webhook-id`.
    pub id: String,
    /// Number of events in it.
    pub events: u32,
    /// Number of failures of the same events before it.
    pub failures: u32,
    /// Status of the answer; absent if there was none, and of a queue or bus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Reason why there was no answer; of a queue or bus, why it did not take the events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Code of that reason, if the endpoint is a queue or bus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Time until the answer or the failure, in milliseconds.
    pub ms: u64,
    /// The first KB of the answer's body; of a queue or bus, the id that it gave, or AWS's own code and words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// Whether these events are not tried again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
}

/// Store of attempts. They are kept for 30 days.
#[async_trait]
pub trait Attempts: Send + Sync {
    /// Adds attempts. Those that began within a minute share a row, as far as it has room.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may have been added.
    async fn add_attempts(&self, endpoint: EndpointId, attempts: &[Attempt]) -> Result<(), StoreError>;

    /// Returns at most `limit` attempts, the latest first, that began before a time.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn attempts(
        &self,
        endpoint: EndpointId,
        before: Timestamp,
        limit: u16,
    ) -> Result<Vec<Attempt>, StoreError>;
}

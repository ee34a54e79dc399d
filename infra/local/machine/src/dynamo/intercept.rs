//! What may stand between the client and the embedded database: a test that delays, refuses, or loses answers.

use async_trait::async_trait;

/// One call of the client.
#[derive(Debug, Clone, Copy)]
pub struct DynamoCall<'a> {
    /// The operation, such as `GetItem`.
    pub operation: &'a str,
    /// The request's JSON.
    pub body: &'a [u8],
}

/// An answer as DynamoDB would send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamoAnswer {
    /// The HTTP status.
    pub status: u16,
    /// JSON.
    pub body: String,
}

/// Stands between a client and the database. Where it returns `None` for an answer, none came: the connection broke.
#[async_trait]
pub trait DynamoInterceptor: Send + Sync {
    /// Before the effect. What it returns takes the place of the effect and its answer.
    async fn before(&self, call: DynamoCall<'_>) -> Option<Option<DynamoAnswer>>;

    /// After the effect. What it returns takes the place of the answer.
    async fn after(&self, call: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer>;
}

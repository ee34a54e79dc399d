//! Interception of calls to the embedded database, for tests that delay, refuse, or lose responses.

use async_trait::async_trait;

/// A call of the client.
#[derive(Debug, Clone, Copy)]
pub struct DynamoCall<'a> {
    /// Operation, such as `GetItem`.
    pub operation: &'a str,
    /// JSON of the request.
    pub body: &'a [u8],
}

/// Response as DynamoDB would send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamoAnswer {
    /// HTTP status.
    pub status: u16,
    /// Body, as JSON.
    pub body: String,
}

/// Interceptor between a client and the database. Returning `None` as the response simulates a broken
/// connection.
#[async_trait]
pub trait DynamoInterceptor: Send + Sync {
    /// Runs before the effect. If it returns `Some`, that replaces the effect and its response.
    async fn before(&self, call: DynamoCall<'_>) -> Option<Option<DynamoAnswer>>;

    /// Whether the first answer is lost and the client sends the call once more, as the SDK does. Asked after a
    /// success. The effect happens twice, and the second answer counts; if that is an error, the caller learns only
    /// that the connection broke. Not for transactions, whose repetition DynamoDB knows by a token, and the embedded
    /// database does not.
    async fn is_sent_twice(&self, _: DynamoCall<'_>) -> bool {
        false
    }

    /// Runs after the effect. Its return value replaces the response.
    async fn after(&self, call: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer>;
}

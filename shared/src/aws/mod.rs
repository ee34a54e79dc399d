//! What the AWS adapters have in common: the clients' configuration, the HTTP client under them, and how their errors
//! are told.

#[cfg(test)]
pub(crate) mod captured;
mod client;
mod connector;
mod failure;
mod late;
mod words;

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_types::retry::{ReconnectMode, RetryConfig};
use aws_types::sdk_config;

pub use client::http_client;
pub use late::Late;
pub(crate) use words::describe;

/// Of clients in `region` with these credentials, over [`http_client`]. Nothing is looked for elsewhere.
#[must_use]
pub fn config(region: Region, credentials: Credentials) -> sdk_config::Builder {
    aws_types::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client())
        .retry_config(retries())
}

/// The SDKs' usual ones over [`http_client`].
///
/// The client shows nobody its connections, so none can be given up for another's error. The SDKs' newer rules for
/// retries keep them, too.
#[must_use]
pub fn retries() -> RetryConfig {
    RetryConfig::standard().with_reconnect_mode(ReconnectMode::ReuseAllConnections)
}

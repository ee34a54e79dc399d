//! Common parts of the AWS adapters: the clients' configuration, the HTTP client under them, the text of their errors,
//! and requests without them.

#[cfg(test)]
pub(crate) mod captured;
mod client;
mod connector;
mod describe;
mod direct;
mod failure;
mod lazy_client;
mod signature;

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_types::retry::{ReconnectMode, RetryConfig};
use aws_types::sdk_config;

pub use client::{HttpConnections, http_client};
pub use describe::describe;
pub(crate) use direct::Unanswered;
pub use direct::{Direct, InvalidAddress};
pub use lazy_client::LazyClient;

/// Returns the configuration of clients in `region` with these credentials, over [`http_client`]. Nothing is
/// looked up elsewhere.
#[must_use]
pub fn config(region: Region, credentials: Credentials) -> sdk_config::Builder {
    aws_types::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client())
        .retry_config(retries())
}

/// Returns the SDKs' default retries, adapted to [`http_client`].
///
/// The client does not expose its connections, so none can be closed because of another's error. The SDKs'
/// newer retry rules keep them, too.
#[must_use]
pub fn retries() -> RetryConfig {
    RetryConfig::standard().with_reconnect_mode(ReconnectMode::ReuseAllConnections)
}

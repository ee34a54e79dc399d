//! What the AWS adapters have in common: the HTTP client under the SDKs, and how their errors are told.
//!
//! [`load`] reads region, credentials and endpoint as the SDKs do, and puts that client under them.

#[cfg(test)]
pub(crate) mod captured;
mod client;
mod connector;
mod failure;
mod words;

use aws_config::{ConfigLoader, SdkConfig};
use aws_smithy_types::retry::{ReconnectMode, RetryConfig};

pub use client::http_client;
pub(crate) use words::describe;

/// What `loader` finds, for clients over [`http_client`].
pub async fn load(loader: ConfigLoader) -> SdkConfig {
    let found = loader.http_client(http_client()).load().await;
    // The client shows nobody its connections, so none can be given up for another's error. The SDKs' newer rules
    // for retries keep them, too.
    let retries = found.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
    let retries = retries.with_reconnect_mode(ReconnectMode::ReuseAllConnections);
    found.into_builder().retry_config(retries).build()
}

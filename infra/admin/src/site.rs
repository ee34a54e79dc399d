//! Table on which a command works.

use std::sync::Arc;

use async_trait::async_trait;
use shared::{seal::Keyring, store::Dynamo};

/// Table on which commands work, and the key that seals its secrets. Nothing is opened before a command needs it, so
/// that wrong arguments are refused first.
#[async_trait]
pub trait Site: Send + Sync {
    /// Opens the store.
    ///
    /// # Errors
    /// If it is not named, or cannot be opened.
    async fn store(&self) -> anyhow::Result<Arc<Dynamo>>;

    /// Opens the keyring on that store.
    ///
    /// # Errors
    /// If the master key is not named, or cannot be opened.
    async fn keyring(&self, store: &Arc<Dynamo>) -> anyhow::Result<Arc<Keyring>>;
}

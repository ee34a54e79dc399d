//! DynamoDB in this process: the SDK's client on an embedded database, without a socket.
//!
//! The client is the one that production uses, with another connector under it, so the same adapter of the store
//! runs on both.

mod connector;
mod intercept;
mod operations;

use std::{path::Path, sync::Arc};

use aws_sdk_dynamodb::{
    Client, Config,
    config::{BehaviorVersion, Builder, Region, StalledStreamProtectionConfig, retry::RetryConfig},
};
use dynoxide::Database;

use crate::watch::{Watch, Watched};
use connector::EmbeddedHttp;
pub use intercept::{DynamoAnswer, DynamoCall, DynamoInterceptor};

/// The embedded database could not be opened or swept.
#[derive(Debug, thiserror::Error)]
#[error("embedded DynamoDB: {0}")]
pub struct EmbeddedError(String);

/// An embedded DynamoDB. Clones are the same database.
#[derive(Clone)]
pub struct EmbeddedDynamo {
    database: Database,
    client: Client,
    watched: Watched,
}

impl EmbeddedDynamo {
    /// Opens or makes the database in this file; without one, in memory.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub fn open(file: Option<&Path>) -> Result<Self, EmbeddedError> {
        let database = match file {
            Some(file) => open_file(file)?,
            None => Database::memory().map_err(failed)?,
        };
        let watched = Watched::default();
        let http = EmbeddedHttp::new(database.clone(), watched.clone());
        Ok(Self { database, client: Client::from_conf(config(http).build()), watched })
    }

    /// Lets `watch` hear of every request of [`client`](Self::client), clients that were given out before included. The
    /// first watch stays.
    pub fn watch(&self, watch: Arc<dyn Watch>) {
        self.watched.by(watch);
    }

    /// A client of the database.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// A client for tests of a kind that must come out the same each time: every call runs in the calling thread, past
    /// the interceptor, and what fails is not tried again.
    #[must_use]
    pub fn inline_client(&self, interceptor: Arc<dyn DynamoInterceptor>) -> Client {
        let config = config(EmbeddedHttp::intercepted(self.database.clone(), interceptor))
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        Client::from_conf(config.build())
    }

    /// Deletes the items whose time to live has passed, and says how many. Nothing else does: call it now and then.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sweep_ttl(&self) -> Result<usize, EmbeddedError> {
        let database = self.database.clone();
        tokio::task::spawn_blocking(move || database.sweep_ttl()).await.map_err(failed)?.map_err(failed)
    }
}

impl std::fmt::Debug for EmbeddedDynamo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmbeddedDynamo")
    }
}

fn open_file(file: &Path) -> Result<Database, EmbeddedError> {
    let name = file.to_str().ok_or_else(|| failed("the file's name is not UTF-8"))?;
    let database = Database::new(name).map_err(|error| failed(format!("{name}: {error}")))?;
    // Leaving bulk loading sets SQLite to `synchronous = NORMAL`, which no other call offers: a commit then does not
    // wait for the disk, as in the other adapters here.
    database.enable_bulk_loading().map_err(failed)?;
    database.disable_bulk_loading().map_err(failed)?;
    Ok(database)
}

fn config(http: EmbeddedHttp) -> Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("local"))
        .endpoint_url("http://dynamodb.local")
        .allow_no_auth()
        .http_client(http)
}

fn failed(error: impl std::fmt::Display) -> EmbeddedError {
    EmbeddedError(error.to_string())
}

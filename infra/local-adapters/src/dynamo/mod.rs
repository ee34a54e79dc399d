//! DynamoDB in this process: the SDK's client on an embedded database, without a socket.
//!
//! The client is the one that production uses, with another connector, so the same store adapter runs on
//! both.

mod connector;
mod intercept;
mod operations;
mod rounds;

use std::{path::Path, sync::Arc};

use aws_sdk_dynamodb::{
    Client, Config,
    config::{
        BehaviorVersion, Builder, Credentials, Region, StalledStreamProtectionConfig, retry::RetryConfig,
    },
};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use dynoxide::Database;
use shared::aws::Direct;

use crate::watch::{Watch, Watched};
use connector::EmbeddedHttp;
pub use intercept::{DynamoAnswer, DynamoCall, DynamoInterceptor};
pub use rounds::count_rounds;

const REGION: &str = "local";
const ADDRESS: &str = "http://dynamodb.local";

/// Error of opening or sweeping the embedded database.
#[derive(Debug, thiserror::Error)]
#[error("embedded DynamoDB: {0}")]
pub struct EmbeddedError(String);

/// Embedded DynamoDB. Clones refer to the same database.
#[derive(Clone)]
pub struct EmbeddedDynamo {
    database: Database,
    client: Client,
    watched: Watched,
}

impl EmbeddedDynamo {
    /// Opens or creates the database in this file, or in memory if there is none.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn open(file: Option<&Path>) -> Result<Self, EmbeddedError> {
        let database = match file {
            Some(file) => open_file(file)?,
            None => Database::memory().map_err(failed)?,
        };
        let watched = Watched::default();
        let http = EmbeddedHttp::new(database.clone(), watched.clone());
        Ok(Self { database, client: Client::from_conf(config(http).build()), watched })
    }

    /// Registers an observer of every request of [`client`](Self::client), including clients that were
    /// created earlier. Only the first one is kept.
    pub fn watch(&self, watch: Arc<dyn Watch>) {
        self.watched.by(watch);
    }

    /// Returns a client of the database.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Returns the database as it is called without the SDK's client. Its requests are observed, too.
    #[must_use]
    pub fn direct(&self) -> Direct {
        direct(EmbeddedHttp::new(self.database.clone(), self.watched.clone()))
    }

    /// Does the same as [`Self::direct`] for reproducible tests: every call runs in the calling thread, through the
    /// interceptor.
    #[must_use]
    pub fn inline_direct(&self, interceptor: Arc<dyn DynamoInterceptor>) -> Direct {
        direct(EmbeddedHttp::intercepted(self.database.clone(), interceptor))
    }

    /// Creates a client for reproducible tests: every call runs in the calling thread, through the
    /// interceptor, and failures are not retried.
    #[must_use]
    pub fn inline_client(&self, interceptor: Arc<dyn DynamoInterceptor>) -> Client {
        let config = config(EmbeddedHttp::intercepted(self.database.clone(), interceptor))
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        Client::from_conf(config.build())
    }

    /// Deletes the items whose time to live has expired, and returns their number. Nothing else deletes them,
    /// so this must be called regularly.
    ///
    /// # Errors
    /// If the database fails.
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
    // Disabling bulk loading sets SQLite to `synchronous = NORMAL`, which no other call offers: a commit then
    // does not wait for the disk, as in the other adapters here.
    database.enable_bulk_loading().map_err(failed)?;
    database.disable_bulk_loading().map_err(failed)?;
    Ok(database)
}

fn config(http: EmbeddedHttp) -> Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .endpoint_url(ADDRESS)
        .allow_no_auth()
        .http_client(http)
}

fn direct(http: EmbeddedHttp) -> Direct {
    let credentials = Credentials::new("local", "local", None, None, "local");
    Direct::dynamodb(SharedHttpConnector::new(http), ADDRESS, REGION, credentials)
        .expect("the address has a host")
}

fn failed(error: impl std::fmt::Display) -> EmbeddedError {
    EmbeddedError(error.to_string())
}

//! Parts of which a function is built, by its environment. Each is made when it is asked for, so a function's binary has
//! the clients of the services that it calls, and no others.

mod aws;
mod dropbox;

use std::sync::{Arc, OnceLock};

use anyhow::{Context, bail};
use aws_types::SdkConfig;

pub use self::dropbox::DropboxDependencies;
use crate::{
    aws::{HttpConnections, LazyClient},
    config::{metrics, required},
    content::S3Content,
    delivery::{Announcer, Ports},
    events::{Bus, EventBridgeBus},
    metrics::Metrics,
    model::{Clock, Lane, SystemClock},
    queue::{Requests, SqsQueue},
    seal::{Keyring, KmsKey},
    store::Dynamo,
    workflows::Starter,
};

/// Dependencies of any function.
pub struct Dependencies {
    /// Region and credentials.
    pub aws: SdkConfig,
    /// The table named by `TABLE_NAME`.
    pub store: Arc<Dynamo>,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
    connections: HttpConnections,
    sqs: OnceLock<LazyClient<aws_sdk_sqs::Client>>,
}

impl Dependencies {
    /// Reads the environment, and a row of the table.
    ///
    /// # Errors
    /// Names what is missing or wrong, or the table that cannot be used because it cannot be read or has been replaced.
    pub async fn from_env() -> anyhow::Result<Self> {
        let connections = HttpConnections::default();
        let aws = aws::from_env(&connections)?;
        let store = Arc::new(Dynamo::new(aws_sdk_dynamodb::Client::new(&aws), required("TABLE_NAME")?));
        ensure_in_use(&store).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let metrics = metrics(clock.clone())?;
        Ok(Self { aws, store, clock, metrics, connections, sqs: OnceLock::new() })
    }

    /// Returns the same for a function that asks for several rows at the same time: they are read by one request. See
    /// [`Dynamo::gathering`].
    ///
    /// # Errors
    /// Fails if there are no credentials.
    pub async fn gathering(self) -> anyhow::Result<Self> {
        let direct = aws::direct(&self.aws, &self.connections, &self.store).await?;
        Ok(Self { store: Arc::new(self.store.gathering(direct)), ..self })
    }

    /// Returns the client of queues.
    pub fn sqs(&self) -> LazyClient<aws_sdk_sqs::Client> {
        self.sqs.get_or_init(|| LazyClient::of(&self.aws, aws_sdk_sqs::Client::new)).clone()
    }

    /// Returns the queue at the address in a variable.
    ///
    /// # Errors
    /// Fails if the variable is missing.
    pub fn queue(&self, variable: &str) -> anyhow::Result<Arc<SqsQueue>> {
        Ok(Arc::new(SqsQueue::new(self.sqs(), required(variable)?)))
    }

    /// Returns requests for work in these lanes, by their queues.
    ///
    /// # Errors
    /// Fails if a queue's variable is missing.
    pub fn requests(&self, lanes: &[Lane]) -> anyhow::Result<Requests> {
        let mut requests = Requests::new(self.store.clone(), self.clock.clone());
        for &lane in lanes {
            let variable = match lane {
                Lane::Changes => "CHANGES_QUEUE_URL",
                Lane::Bulk => "BULK_QUEUE_URL",
                Lane::Transfers => "TRANSFERS_QUEUE_URL",
            };
            requests = requests.with(lane, self.queue(variable)?);
        }
        Ok(requests)
    }

    /// Returns the bucket named by `BUCKET_NAME`.
    ///
    /// # Errors
    /// Fails if `BUCKET_NAME` is missing.
    pub fn content(&self) -> anyhow::Result<Arc<S3Content>> {
        let client = LazyClient::of(&self.aws, aws_sdk_s3::Client::new);
        Ok(Arc::new(S3Content::new(client, required("BUCKET_NAME")?)))
    }

    /// Returns the keyring under the KMS key named by `KEY_ID`.
    ///
    /// # Errors
    /// Fails if `KEY_ID` is missing.
    pub fn keyring(&self) -> anyhow::Result<Arc<Keyring>> {
        let master = KmsKey::new(LazyClient::of(&self.aws, aws_sdk_kms::Client::new), required("KEY_ID")?);
        Ok(Arc::new(Keyring::new(Arc::new(master), self.store.clone(), self.clock.clone())))
    }

    /// Returns the announcer of events: on the bus named by `BUS_NAME`, and to endpoints by the queue at
    /// `DELIVERIES_QUEUE_URL`.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub fn announcer(&self) -> anyhow::Result<Arc<dyn Bus>> {
        let client = LazyClient::of(&self.aws, aws_sdk_eventbridge::Client::new);
        let bus = Arc::new(EventBridgeBus::new(client, required("BUS_NAME")?));
        let queue = self.queue("DELIVERIES_QUEUE_URL")?;
        let (store, clock) = (self.store.clone(), self.clock.clone());
        Ok(Arc::new(Announcer::new(Ports { bus, store, queue, clock })))
    }

    /// Returns what starts runs of workflows, by the queue at `RUNS_QUEUE_URL`.
    ///
    /// # Errors
    /// Fails if `RUNS_QUEUE_URL` is missing.
    pub fn starter(&self) -> anyhow::Result<Starter> {
        let queue = self.queue("RUNS_QUEUE_URL")?;
        Ok(Starter { store: self.store.clone(), queue, clock: self.clock.clone() })
    }
}

/// Checks that no other table has replaced this one. This reads one row at start, on the connection that the
/// first event needs anyway.
async fn ensure_in_use(store: &Dynamo) -> anyhow::Result<()> {
    let table = store.table_name();
    let superseded = store.superseded_by().await;
    if let Some(by) = superseded.with_context(|| format!("the table {table} cannot be read"))? {
        bail!(
            "the table {table} was superseded by {by}: the parameter RestoredTable must name the table in use"
        );
    }
    Ok(())
}

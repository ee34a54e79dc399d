//! Local replacement for AWS: table, queues, bus, bucket and key in one folder, and metrics in memory.

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use aws_sdk_dynamodb::types::AttributeValue;
use local_adapters::{
    Depth, EmbeddedDynamo, FileKey, FolderContent, MachineBus, MachineLinks, MachineQueue, MachineQueues,
    QueueSettings, RecordedMetrics,
};
use shared::{
    apps::OwnApps,
    dropbox::OauthApp,
    model::{AppKey, Clock, Connection, SystemClock},
    seal::Keyring,
    store::{Connections, Dynamo, dynamo::create_table},
};
use url::Url;

/// Name of the table.
pub const TABLE: &str = "dropline";
/// Path at which the gateway serves the bucket's objects to holders of a link.
const OBJECTS: &str = "_local/objects/";
/// Name of the file with the master key.
const MASTER_KEY: &str = "master.key";
/// Sort key of the leases of runs of transfers.
const TRANSFERS_LEASE: &str = "transfers-lease";
/// Sort key of HEADs, whose leases are those of walks.
const HEAD: &str = "head";
/// Visibility timeout of walks, as in `infra/template.yaml`.
const WALK_VISIBILITY: Duration = Duration::from_secs(720);
/// Visibility timeout of deliveries, as in `infra/template.yaml`.
const DELIVERY_VISIBILITY: Duration = Duration::from_secs(720);
/// Visibility timeout of steps of workflows, as in `infra/template.yaml`.
const RUN_VISIBILITY: Duration = Duration::from_secs(1080);
/// Visibility timeout of transfers, as in `infra/template.yaml`.
const TRANSFER_VISIBILITY: Duration = Duration::from_secs(5400);

/// Table, queues, bus, bucket, key and metrics of this machine. Clones share them.
#[derive(Clone)]
pub struct Machine {
    /// Database of the store.
    pub dynamo: EmbeddedDynamo,
    /// Store: the production adapter on the embedded database.
    pub store: Arc<Dynamo>,
    /// Queue `sync.fifo`: ticks, and walks left there by an older version.
    pub sync_queue: MachineQueue,
    /// Queue `transfer.fifo`: runs of transfers left there by an older version.
    pub transfer_queue: MachineQueue,
    /// Lane of walks for changes.
    pub changes: MachineQueue,
    /// Lane of long walks.
    pub bulk: MachineQueue,
    /// Lane of runs of transfers.
    pub transfers: MachineQueue,
    /// Queue of deliveries to endpoints.
    pub deliveries: MachineQueue,
    /// Queue of runs of workflows.
    pub runs: MachineQueue,
    /// Bus.
    pub bus: MachineBus,
    /// Bucket.
    pub content: Arc<FolderContent>,
    /// Links to the bucket's objects.
    pub links: Arc<MachineLinks>,
    /// Data keys under this machine's master key.
    pub keyring: Arc<Keyring>,
    /// Metrics counted since the start.
    pub metrics: RecordedMetrics,
}

impl Machine {
    pub(super) async fn open(data: &Path, clock: Arc<dyn Clock>, gateway: &Url) -> anyhow::Result<Self> {
        let (dynamo, store) = table(data).await?;
        // Visibility timeouts and delays use real time: a consumer does not work faster when the clock does.
        let queues = MachineQueues::open(data, Arc::new(SystemClock))?;
        let queue = |settings: QueueSettings, dead: &str| {
            queues.queue(settings.with_dead_letters(dead, sync_worker::MOST_RECEIVES))
        };
        let fifo = |name: &str, visibility| QueueSettings::fifo(name, visibility);
        let lane = |name: &str, visibility| QueueSettings::standard(name, visibility);
        let master = Arc::new(FileKey::open(&data.join(MASTER_KEY))?);
        let machine = Self {
            sync_queue: queue(fifo("sync.fifo", WALK_VISIBILITY), "sync-dead-letters.fifo"),
            transfer_queue: queue(fifo("transfer.fifo", TRANSFER_VISIBILITY), "transfer-dead-letters.fifo"),
            changes: queue(lane("changes", WALK_VISIBILITY), "walk-dead-letters"),
            bulk: queue(lane("bulk", WALK_VISIBILITY), "walk-dead-letters"),
            transfers: queue(lane("transfers", TRANSFER_VISIBILITY), "transfers-dead-letters"),
            deliveries: queues.queue(
                lane("deliveries", DELIVERY_VISIBILITY)
                    .with_dead_letters("delivery-dead-letters", event_sender::MOST_RECEIVES),
            ),
            runs: queues.queue(
                lane("runs", RUN_VISIBILITY)
                    .with_dead_letters("run-dead-letters", workflow_runner::MOST_RECEIVES),
            ),
            bus: MachineBus::open(data, clock.clone())?,
            content: Arc::new(FolderContent::open(data.join("content"))?),
            links: Arc::new(MachineLinks::below(gateway.join(OBJECTS)?)?),
            keyring: Arc::new(Keyring::new(master, store.clone(), clock)),
            metrics: RecordedMetrics::default(),
            dynamo,
            store,
        };
        machine.end_leases().await?;
        Ok(machine)
    }

    /// Deletes the leases of work, because their holders ended with the earlier process.
    async fn end_leases(&self) -> anyhow::Result<()> {
        let client = self.dynamo.client();
        let text = |text: &str| AttributeValue::S(text.to_owned());
        for work in self.values_of(TRANSFERS_LEASE, "pk").await? {
            let request = client.delete_item().table_name(TABLE);
            request.key("pk", text(&work)).key("sk", text(TRANSFERS_LEASE)).send().await?;
        }
        for walked in self.values_of(HEAD, "pk").await? {
            let request =
                client.update_item().table_name(TABLE).key("pk", text(&walked)).key("sk", text(HEAD));
            request.update_expression("REMOVE walker, walk_until").send().await?;
        }
        Ok(())
    }
}

async fn table(data: &Path) -> anyhow::Result<(EmbeddedDynamo, Arc<Dynamo>)> {
    let dynamo = EmbeddedDynamo::open(Some(&data.join("dynamodb.sqlite")))?;
    create_table(&dynamo.client(), TABLE).await?;
    let store = Arc::new(Dynamo::new(dynamo.client(), TABLE));
    Ok((dynamo, store))
}

impl Machine {
    /// Opens only the store in a folder. A stack may run there at the same time.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub async fn store_at(data: &Path) -> anyhow::Result<Arc<Dynamo>> {
        std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
        Ok(table(data).await?.1)
    }

    /// Opens the master key in a folder, which belongs to the folder's store.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn master_key_at(data: &Path) -> anyhow::Result<Arc<FileKey>> {
        Ok(Arc::new(FileKey::open(&data.join(MASTER_KEY))?))
    }

    /// Returns the projects' Dropbox apps.
    #[must_use]
    pub fn own_apps(&self) -> OwnApps {
        OwnApps::new(self.store.clone(), self.keyring.clone())
    }

    /// Returns all Dropbox apps of projects, for registration at the fake Dropbox. A deployment never lists
    /// them.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn apps(&self) -> anyhow::Result<Vec<OauthApp>> {
        let own = self.own_apps();
        let mut apps = Vec::new();
        for key in self.values_of("app", "key").await? {
            apps.push(own.with_key(&AppKey::from(key.as_str())).await?);
        }
        Ok(apps)
    }

    /// Returns an attribute of every row with this sort key.
    async fn values_of(&self, sort_key: &str, attribute: &str) -> anyhow::Result<Vec<String>> {
        let rows = self
            .dynamo
            .client()
            .scan()
            .table_name(TABLE)
            .filter_expression("sk = :sk")
            .expression_attribute_values(":sk", AttributeValue::S(sort_key.to_owned()))
            .projection_expression("#value")
            .expression_attribute_names("#value", attribute)
            .into_paginator()
            .items()
            .send();
        let rows: Vec<HashMap<String, AttributeValue>> = rows.try_collect().await?;
        Ok(rows.iter().filter_map(|row| row.get(attribute)?.as_s().ok().cloned()).collect())
    }

    /// Returns every connection in the table. A deployment never lists them; a person at one machine does.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn connections(&self) -> anyhow::Result<Vec<Connection>> {
        let mut connections = Vec::new();
        for id in self.values_of("connection", "id").await? {
            connections.extend(self.store.connection(id.parse()?).await?);
        }
        connections.sort_by_key(|connection| connection.created_at);
        Ok(connections)
    }

    /// Returns every queue. Two of them share a dead-letter queue.
    #[must_use]
    pub fn queues(&self) -> [&MachineQueue; 5] {
        [&self.sync_queue, &self.transfer_queue, &self.changes, &self.bulk, &self.transfers]
    }

    /// Whether no message waits or is being handled.
    ///
    /// # Errors
    /// If a queue cannot be read.
    pub async fn is_idle(&self) -> anyhow::Result<bool> {
        for queue in self.queues() {
            let Depth { visible, in_flight, delayed, .. } = queue.depth().await?;
            if visible + in_flight + delayed > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
